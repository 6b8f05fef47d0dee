export { createExercise } from './create';
export { releaseNotebooks } from './release';
export { syncNotebooks } from './sync';
