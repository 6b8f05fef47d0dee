export { studyPictures, type StudyPictures } from './pictures';
export {
  mergeResults,
  openResults,
  readResults,
  writeResults,
  type StudyResults,
  type StudyRun,
  type SweepRow,
  type Teaching,
} from './results';
export { describeConditions, readAllResults, summariseRuns, type StudySummaryRow } from './summary';
