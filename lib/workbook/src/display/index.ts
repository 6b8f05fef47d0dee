/** What a notebook shows: outputs, tables, charts, pictures, progress. Outside a kernel it prints plain text. */
export * as charts from './charts';
export { computing, type ComputingOptions } from './computing';
export * as plotly from './plotly';
export * from './output';
export { heatOver, type Heat } from './heat';
export { escapeHtml, inlineToHtml, proseToHtml } from './html';
export { formatDuration, formatNumber } from './numbers';
export { encodePng, pictures, picturesBundle, type Picture, type PicturesOptions } from './pictures';
export {
  progress,
  startProgress,
  withJobProgress,
  withProgress,
  type JobProgress,
  type ProgressHandle,
  type ProgressOptions,
} from './progress';
export { table, Table, toCsv, type Column, type TableOptions, type TableRow } from './table';
