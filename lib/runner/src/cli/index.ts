export { type Arguments, kernelMemoryBytes, readArguments } from './arguments';
export { commonFolder } from './folders';
export { type Graded, Grading, type GradingOptions, isRunnable, type Runnable, ungraded } from './grading';
export { Ledger, watchedFiles } from './ledger';
export { Reports } from './reports';
export { isolationHere, openServer, type ServerOptions } from './server';
export { readSubmissions, type Submission } from './submissions';
