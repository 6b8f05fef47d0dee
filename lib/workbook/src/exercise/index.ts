export type { Answering } from './answering';
export { onCases, thrown, type Case } from './cases';
export { close, compare, type Diagnosis, type Tolerance } from './compare';
export { Exercise } from './exercise';
export type {
  Answers,
  CheckHelp,
  ChoiceDefinition,
  CodeDefinition,
  Definition,
  Mistake,
  NumberDefinition,
  PredictionDefinition,
  TextDefinition,
  WrongAnswer,
} from './types';
export { exercise, workbook, Workbook, type ExerciseSet } from './workbook';
