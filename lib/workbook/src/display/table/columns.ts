import { formatNumber } from '../numbers';

export type TableRow = Readonly<Record<string, unknown>>;

/** How a field of the rows is shown. */
export interface Column<R extends TableRow = TableRow> {
  readonly field: keyof R & string;
  /** Heading. @default the field's name */
  readonly title?: string;
  /** Unit, shown in the heading in parentheses: `ms`. */
  readonly unit?: string;
  /** How a value is written. @default numbers with thousands separators, the rest as text */
  readonly format?: (value: unknown, row: R) => string;
  /** @default right for numbers */
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
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'bigint') return formatNumber(Number(value));
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isNumeric(rows: readonly TableRow[], field: string): boolean {
  const values = rows.map((row) => row[field]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === 'number' || typeof value === 'bigint');
}

function allFields(rows: readonly TableRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/**
 * Columns made ready to write; without a list, every field of the rows in its order.
 * @throws Error for a column whose field no row has
 */
export function readyColumns(
  rows: readonly TableRow[],
  columns: readonly (Column | string)[] | undefined,
): ReadyColumn[] {
  const known = allFields(rows);
  return (columns ?? known).map((entry) => {
    const column: Column = typeof entry === 'string' ? { field: entry } : entry;
    if (rows.length > 0 && !known.includes(column.field)) {
      throw new Error(`table: no row has the field '${column.field}'; the rows have ${known.join(', ')}.`);
    }
    const numeric = isNumeric(rows, column.field);
    const title = column.title ?? column.field;
    return {
      field: column.field,
      heading: column.unit === undefined ? title : `${title} (${column.unit})`,
      numeric,
      align: column.align ?? (numeric ? 'right' : 'left'),
      text: (row) => (column.format ? column.format(row[column.field], row) : plainText(row[column.field])),
    };
  });
}
