export { openEngine, type EngineChoice, type Opened } from './open';
export { registerEngine, type Engine } from './registry';
export { weightBytes } from './weight-bytes';
