export { train, type TrainResult } from './train';
export { type EpochRecord, type StepRecord, type TrainingObjective, type TrainOptions } from './options';
export { learningRateAt, type Schedule } from './schedule';
export { Sgd } from './sgd';
export { type StepKind, type StepsTaken } from './steps';
export { GraphStep, NoGraphStep } from './graph-step';
export { eagerStep, type Learner, type Step, type StepTask, type StepValues } from './step';
export { type Objective } from './objective';
