export { durationText, residentText } from './format';
export { runNotebook } from './notebook';
export type { RunOptions } from './notebook';
export type { CellLimits } from './execute-cell';
export { planRuns, rejected, runAll } from './all';
export type { Plan, RunAllOptions, Task } from './all';
export * from './types';
