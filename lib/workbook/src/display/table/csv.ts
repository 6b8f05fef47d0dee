import { csvFormatRow } from 'd3-dsv';
import type { TableRow } from './columns';

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * Rows as CSV (RFC 4180): full precision, CRLF line ends, a heading of field names.
 * @param fields which fields, in which order; by default all, as they come
 */
export function toCsv(rows: readonly TableRow[], fields?: readonly string[]): string {
  const names = fields ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  return lines.map((line) => `${csvFormatRow(line)}\r\n`).join('');
}
