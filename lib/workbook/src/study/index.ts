/** Stored results of distillation studies, as `data/distillation` keeps them: their form, how they are read and summed up. */
export {
  readResults,
  STAGES,
  TEACHINGS,
  type StudyResults,
  type StudyRun,
  type SweepRow,
  type Teaching,
} from './results';
export { describeConditions, readAllResults, summariseRuns, type StudySummaryRow } from './summary';
