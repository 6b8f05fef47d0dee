import { show, type MimeBundle } from '../output';
import { readyColumns, type Column, type ReadyColumn, type TableRow } from './columns';
import { toCsv } from './csv';
import { tableHtml } from './markup';

export type { Column, TableRow } from './columns';
export { toCsv } from './csv';

/** What a table shows besides its rows. */
export interface TableOptions<R extends TableRow> {
  readonly title?: string;
  /** The sentence that says what to see in it. */
  readonly caption?: string;
  /** Fields to show, in order; with more to say about one, a column. @default every field of the rows */
  readonly columns?: readonly (Column<R> | (keyof R & string))[];
  /** Decimals of numbers, by field. @default as many as each number needs */
  readonly digits?: Readonly<Partial<Record<keyof R & string, number>>>;
  /** Query box and sorting where the page runs scripts. @default true from 12 rows on */
  readonly interactive?: boolean;
}

const INTERACTIVE_FROM = 12;

/** Rows as text in aligned columns. */
function plainTable(rows: readonly TableRow[], columns: readonly ReadyColumn[]): string {
  const cells = [
    columns.map((column) => column.heading),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at].length)));
  const pad = (text: string, at: number): string => {
    const width = widths[at];
    return columns[at]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
  };
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** Rows ready to be shown: HTML on a page, aligned text on a terminal, CSV for other programs. */
export class Table<R extends TableRow = TableRow> {
  private readonly columns: ReadyColumn[];

  constructor(
    readonly rows: readonly R[],
    private readonly options: TableOptions<R> = {},
  ) {
    if (!Array.isArray(rows)) throw new Error(`table: expected an array of rows, got ${typeof rows}.`);
    const { columns, digits } = options;
    this.columns = readyColumns(
      rows,
      columns as readonly (Column | string)[] | undefined,
      digits as Record<string, number> | undefined,
    );
  }

  /** A static table that scripts, where they run, make sortable and searchable. */
  html(): string {
    const interactive = this.options.interactive ?? this.rows.length >= INTERACTIVE_FROM;
    return tableHtml(this.rows, this.columns, { ...this.options, interactive });
  }

  text(): string {
    const { title, caption } = this.options;
    const parts = [title, caption, plainTable(this.rows, this.columns)];
    return parts.filter((part) => part !== undefined).join('\n');
  }

  /** The shown columns in full precision, with field names as heading. */
  csv(): string {
    return toCsv(
      this.rows,
      this.columns.map((column) => column.field),
    );
  }

  bundle(): MimeBundle {
    return { 'text/plain': this.text(), 'text/html': this.html() };
  }

  /** Shows the table below the cell. */
  show(): void {
    show(this.bundle());
  }
}

/** A table of rows: `notebook.table(rows, { title, columns }).show()`. */
export function table<R extends TableRow>(rows: readonly R[], options: TableOptions<R> = {}): Table<R> {
  return new Table(rows, options);
}
