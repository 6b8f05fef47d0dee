export { readResults, type StudyResults, type StudyRun, type SweepRow, type Teaching } from './results';
