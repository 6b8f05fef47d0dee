export { openLabeller, stateHash, type Labeller } from './labeller';
export { labelRange, type LogitsRange, type RangeOptions } from './range';
export { logitsParts, storeLogits, type LabelledBy, type Part } from './store';
export { joinLogits, TeacherLogits } from './table';
export { teacherLogits, type TeacherLogitsOptions } from './teacher-logits';
