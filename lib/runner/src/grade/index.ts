export { culprit, gradeNothing, gradeResult, prepareSubmission } from './grade';
export type { Prepared } from './grade';
export { FormerGrades, readGrades } from './former';
export { gradesCsv, gradesText } from './table';
export { type Grade, isGrade } from './types';
export { type Change, filesBelow, WatchedFiles } from './watch';
