export { FailedJobs, planJobs, runJobs, type RunOptions, type RunPlan } from './coordinate';
export { isSlow, LOST_TRIES, TRIES, type Engine, type EngineRun } from './engine';
export { type RunInfo } from './folder';
export { canonical, differences, packageIdentity, processIdentity, type Identity } from './identity';
export { type Job, type JobKind, type Json, type Live, type Opened } from './kind';
export { decodePart, encodePart, isDiskFull, jsonBytes, jsonIn, readPart, writePart } from './part';
export { progressWriter, type Progress } from './progress';
