export { exerciseCell, stubOf, type Declared, type Role } from './cells';
export { answersIn } from './marks';
export { stubFingerprints } from './stubs';
export { withAnswers } from './sources';
export { syncNotebook, type SyncResult } from './sync';
export { formatStubs, stubsFile } from '../stubs';
