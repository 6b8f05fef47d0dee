export { durationText, residentText } from './format';
export { runNotebook } from './notebook';
export type { RunOptions } from './notebook';
export type { CellLimits } from './execute-cell';
export { inTurn, notStarted, planRuns, rejected, runAll, runTask } from './all';
export type { Plan, RunAllOptions, Task } from './all';
export * from './types';
export type { Outside } from './outside';
