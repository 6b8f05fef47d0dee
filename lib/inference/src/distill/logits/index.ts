export { openLabeller, stateHash, type Labeller } from './labeller';
export { labelRange, type LogitsRange, type RangeOptions } from './range';
export { joinLogits, TeacherLogits } from './table';
export { teacherLogits, type TeacherLogitsOptions } from './teacher-logits';
