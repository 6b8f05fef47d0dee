import type { Complexity, Row, TreeNode } from './types';

/** Options of {@link toText} and {@link toCsv}. */
export interface ViewOptions {
  /** `flat`: modules with their own work; `tree`: all modules, each with what is below it. Default `flat`. */
  view?: 'flat' | 'tree';
  /** Deepest level shown. Default: all. */
  depth?: number;
}

const COLUMNS = [
  'path',
  'type',
  'depth',
  'outputShape',
  'calls',
  'params',
  'nonzero',
  'macs',
  'flops',
  'share',
  'activations',
  'bytes',
  'intensity',
] as const;
const TITLES = ['module', 'type', 'output', 'params', 'MACs', 'share', 'activations', 'bytes', 'FLOPs/byte'];

/** The rows of a view: see {@link ViewOptions}. */
export function viewRows({ rows, tree }: Complexity, { view = 'flat', depth = Infinity }: ViewOptions = {}): Row[] {
  const all = view === 'tree' ? preorder(tree) : rows;
  return all.filter((row) => row.depth <= depth);
}

function preorder({ children, ...row }: TreeNode): Row[] {
  return [row, ...children.flatMap(preorder)];
}

/** Comma-separated values with a header line (RFC 4180): one line a row, exact numbers. */
export function toCsv(result: Complexity, options: ViewOptions = {}): string {
  const lines = viewRows(result, options).map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

function cell(value: Row[keyof Row]): string {
  const text = Array.isArray(value) ? value.join('x') : String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The whole result as JSON, indented. */
export function toJson(result: Complexity): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** A table to read, with the totals, and what a tool leaves out or could not be counted, below it. */
export function toText(result: Complexity, options: ViewOptions = {}): string {
  const lines = aligned([
    TITLES,
    ...viewRows(result, options).map((row) => cells(row, options.view === 'tree')),
    totals(result),
  ]);
  const width = Math.max(...lines.map((line) => line.length));
  const rule = '-'.repeat(width);
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines[lines.length - 1], ...notes(result)].join('\n');
}

const grouped = (value: number): string => value.toLocaleString('en-US');

function cells(row: Row, indented: boolean): string[] {
  const name = row.path === '' ? '(network)' : row.path;
  const label = indented ? `${'  '.repeat(row.depth)}${name.slice(name.lastIndexOf('.') + 1)}` : name;
  return [
    label,
    row.type,
    row.outputShape?.join('x') ?? '',
    grouped(row.params),
    grouped(row.macs),
    `${(row.share * 100).toFixed(1)} %`,
    grouped(row.activations),
    grouped(row.bytes),
    row.intensity.toFixed(1),
  ];
}

function totals({ params, macs, activations, bytes, intensity, uncounted }: Complexity): string[] {
  const known = uncounted.length > 0 ? `at least ${grouped(macs)}` : grouped(macs);
  return ['total', '', '', grouped(params), known, '', grouped(activations), grouped(bytes), intensity.toFixed(1)];
}

function aligned(rows: readonly string[][]): string[] {
  const widths = TITLES.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((text, i) => (i < 3 ? text.padEnd(widths[i]) : text.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

function notes({ convention, dropped, reference, params, nonzero, uncounted }: Complexity): string[] {
  return [
    ...(nonzero < params
      ? [`${grouped(params - nonzero)} of the parameters are pruned: ${grouped(nonzero)} are left.`]
      : []),
    ...dropped.map(
      ({ name, macs }) => `${convention} leaves out ${grouped(macs)} in ${name}, and prints ${grouped(reference)}.`,
    ),
    ...uncounted.map(({ name, path, reason }) => `NOT COUNTED: ${name}${path ? ` in '${path}'` : ''} (${reason})`),
  ];
}
