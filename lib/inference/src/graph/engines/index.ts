export { openEngine, type EngineChoice } from './open';
export { registerEngine, type Engine } from './registry';
