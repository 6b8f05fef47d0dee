export { train, type TrainResult } from './train';
export { type EpochRecord, type StepRecord, type TrainingObjective, type TrainOptions } from './options';
export { learningRateAt, type Schedule } from './schedule';
export { Sgd } from './sgd';
export { type StepKind, type StepsTaken } from './steps';
