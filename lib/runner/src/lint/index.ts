export { findingLine, lintFile, lintText, MAXIMUM_CELL_LINES, MAXIMUM_LINE_LENGTH } from './lint';
export { proseNumbers, type ProseNumber } from './prose';
export type { Finding, Rule } from './types';
