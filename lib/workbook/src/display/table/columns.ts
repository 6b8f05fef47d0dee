import { columnFormat, formatNumber } from '../numbers';
import { headingOf } from './names';

export type TableRow = Readonly<Record<string, unknown>>;

/** How a field of the rows is shown. */
export interface Column<R extends TableRow = TableRow> {
  readonly field: keyof R & string;
  /** Heading. @default the field's name in words */
  readonly title?: string;
  /** Unit, shown in the heading in parentheses: `ms`. */
  readonly unit?: string;
  /** Decimals of a number. @default as many as the column needs */
  readonly digits?: number;
  /** How a value is written. @default numbers alike in the whole column, true and false as yes and no */
  readonly format?: (value: unknown, row: R) => string;
  /** @default right for numbers, also those written by `format` or stored as text */
  readonly align?: 'left' | 'right';
}

/** A column with its decisions made. */
export interface ReadyColumn {
  readonly field: string;
  readonly heading: string;
  readonly numeric: boolean;
  readonly align: 'left' | 'right';
  readonly text: (row: TableRow) => string;
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber(Number(value));
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number as people write it, with its unit: `-3.2 %`, `1,024`, `4x`. */
const WRITTEN_NUMBER = /^[+−-]?(\d[\d,]*(\.\d+)?|\.\d+)(e[+-]?\d+)?\s?(%|x|×|[kMGT]?i?B|[mµn]?s|points)?$/;

/** The number that a cell holds or shows; undefined for words. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || !WRITTEN_NUMBER.test(value.trim())) return undefined;
  return Number.parseFloat(value.replace(/,/g, '').replace('−', '-'));
}

function isNumeric(values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== null && value !== undefined && value !== '');
  return given.length > 0 && given.every((value) => numberIn(value) !== undefined);
}

function withDigits(digits: number): (value: number) => string {
  const written = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => (Number.isFinite(value) ? written.format(value) : formatNumber(value));
}

function textOf(values: readonly unknown[], digits: number | undefined): (value: unknown) => string {
  const numbers = values.filter((value): value is number => typeof value === 'number');
  const format = digits === undefined ? columnFormat(numbers) : withDigits(digits);
  return (value) => (typeof value === 'number' ? format(value) : plainText(value));
}

function allFields(rows: readonly TableRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/**
 * Columns made ready to write; without a list, every field of the rows in its order. A column with nothing in it is left
 * out.
 * @param digits decimals by field, for columns that do not say it themselves
 * @throws Error for a column whose field no row has
 */
export function readyColumns(
  rows: readonly TableRow[],
  columns: readonly (Column | string)[] | undefined,
  digits: Readonly<Record<string, number>> = {},
): ReadyColumn[] {
  const known = allFields(rows);
  return (columns ?? known)
    .map((entry): Column => (typeof entry === 'string' ? { field: entry } : entry))
    .map((column) => {
      if (rows.length > 0 && !known.includes(column.field))
        throw new Error(`table: no row has the field '${column.field}'; the rows have ${known.join(', ')}.`);
      return readyColumn(rows, { ...column, digits: column.digits ?? digits[column.field] });
    })
    .filter(({ text }) => rows.length === 0 || rows.some((row) => text(row) !== ''));
}

function readyColumn(rows: readonly TableRow[], column: Column): ReadyColumn {
  const values = rows.map((row) => row[column.field]);
  const plain = textOf(values, column.digits);
  const text = (row: TableRow): string =>
    column.format ? column.format(row[column.field], row) : plain(row[column.field]);
  const numeric = isNumeric(values);
  const title = column.title ?? headingOf(column.field);
  return {
    field: column.field,
    heading: column.unit === undefined ? title : `${title} (${column.unit})`,
    numeric,
    align: column.align ?? (numeric || isNumeric(rows.map(text)) ? 'right' : 'left'),
    text,
  };
}
