export { exerciseCell, ROLES, stubOf, type Declared, type Role } from './cells';
export { answersIn } from './marks';
export { withAnswers } from './sources';
export { syncNotebook, type SyncResult } from './sync';
