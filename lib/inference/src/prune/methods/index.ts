export { PruningMethod, type PruningType, type Scores } from './base';
export { composeMask, PruningContainer } from './container';
export { CustomFromMask } from './custom';
export { LnStructured, RandomStructured, type NormOrder } from './structured';
export { Identity, L1Unstructured, RandomUnstructured } from './unstructured';
