export { openEngine, type EngineChoice, type Opened } from './open';
export { openIntegers } from './integers';
export { registerEngine, type Engine, type Opening } from './registry';
export { weightBytes } from './weight-bytes';
