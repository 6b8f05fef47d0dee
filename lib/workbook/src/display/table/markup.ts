import { randomBytes } from 'node:crypto';
import { escapeHtml } from '../html';
import { numberIn, type ReadyColumn, type TableRow } from './columns';
import { interactiveScript } from './script';

/** What the page's table gets besides its cells. */
export interface HtmlOptions {
  readonly title?: string;
  readonly caption?: string;
  readonly interactive: boolean;
}

/** Characters of a cell that stay on one line: shapes, paths and numbers, not sentences. */
const LONGEST_UNBROKEN = 30;

function headCell(column: ReadyColumn): string {
  return `<th scope="col" style="text-align:${column.align};padding:4px 10px">${escapeHtml(column.heading)}</th>`;
}

function bodyCell(column: ReadyColumn, row: TableRow): string {
  const value = row[column.field];
  const number = column.numeric ? numberIn(value) : undefined;
  const key = number === undefined ? '' : ` data-value="${String(number)}"`;
  const text = column.text(row);
  const wrap = text.length <= LONGEST_UNBROKEN ? ';white-space:nowrap' : '';
  return `<td${key} style="text-align:${column.align};padding:2px 10px${wrap}">${escapeHtml(text)}</td>`;
}

/**
 * The table as HTML that reads well without any script. Where scripts run, a query box filters the rows and a click
 * on a heading sorts them.
 */
export function tableHtml(rows: readonly TableRow[], columns: readonly ReadyColumn[], options: HtmlOptions): string {
  const id = `table-${randomBytes(6).toString('hex')}`;
  const title = options.title === undefined ? '' : `<div><strong>${escapeHtml(options.title)}</strong></div>`;
  const caption = options.caption === undefined ? '' : `<div>${escapeHtml(options.caption)}</div>`;
  const head = `<thead><tr>${columns.map(headCell).join('')}</tr></thead>`;
  const lines = rows.map((row) => `<tr>${columns.map((column) => bodyCell(column, row)).join('')}</tr>`);
  const table = `<table style="border-collapse:collapse">${head}<tbody>${lines.join('')}</tbody></table>`;
  const script = options.interactive ? interactiveScript(id) : '';
  const body = `<div style="max-height:600px;overflow:auto">${table}</div>`;
  return `<div id="${id}">${title}${caption}${body}</div>${script}`;
}
