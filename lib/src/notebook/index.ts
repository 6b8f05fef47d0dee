export * as charts from './charts';
export * as display from './display';
export * as plotly from './plotly';
export { formatDuration, formatNumber } from './numbers';
export { progress, startProgress, withProgress, type ProgressHandle, type ProgressOptions } from './progress';
export { table, Table, toCsv, type Column, type TableOptions, type TableRow } from './table';
