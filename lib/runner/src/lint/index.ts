export { findingLine, lintFile, lintText, MAXIMUM_CELL_LINES } from './lint';
export type { Finding, Rule } from './types';
