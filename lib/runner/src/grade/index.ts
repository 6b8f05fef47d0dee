export { culprit, gradeNothing, gradeResult, prepareSubmission } from './grade';
export type { Prepared } from './grade';
export { gradesCsv, gradesText } from './table';
export type { Grade } from './types';
