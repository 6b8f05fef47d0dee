export { exerciseCell, QUESTION_TAG, ROLES, stubOf, type Role } from './cells';
export { syncNotebook, type SyncResult } from './sync';
