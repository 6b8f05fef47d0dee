/** Notebooks for the tslab kernel: read, executed, linted, reported and graded. */
export * as ipynb from './ipynb';
export * as server from './server';
export * as kernel from './kernel';
export * as run from './run';
export * as report from './report';
export * as lint from './lint';
export * as grade from './grade';
export * as judge from './judge';
