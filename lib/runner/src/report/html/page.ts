import { createHash } from 'node:crypto';
import * as path from 'node:path';

import { type Cell, type CodeCell, isObject, type TextCell } from '../../ipynb';
import { type CellResult, durationText, type NotebookResult, residentText } from '../../run';
import { failureText, notebookLine } from '../console';
import { runName } from '../names';
import { type Library, libraryElements } from './assets';
import { renderOutput } from './output';
import { picturesOf } from './pictures';
import { STYLE } from './style';
import { markdownHtml } from './text';
import { escapeMarkup } from '../escape';
import { VIEWER_SCRIPT } from './viewer';

const VIEWER_HASH = createHash('sha256').update(VIEWER_SCRIPT).digest('base64');

/**
 * The page's own script, by its hash, and the libraries that it unpacks; no other script, no handler, no frame, no form,
 * nothing from anywhere. Plotly alone compiles code of its own.
 */
function policy(libraries: ReadonlySet<Library>): string {
  const compiled = libraries.has('plotly') ? " 'unsafe-eval'" : '';
  const scripts = `'sha256-${VIEWER_HASH}' blob:${compiled}`;
  return (
    `default-src 'none'; script-src ${scripts}; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; ` +
    "font-src data:; form-action 'none'; base-uri 'none'"
  );
}

/**
 * The executed notebook as one page that needs nothing else: prose, code, outputs, with the charts drawn by the Vega
 * and Plotly that the page carries (each only when a chart needs it).
 */
export function htmlPage(result: NotebookResult): string {
  const libraries = new Set<Library>();
  const cells = result.executed?.cells ?? [];
  const folder = path.dirname(path.resolve(result.path));
  const body = cells.map((cell, index) => cellHtml(cell, result.cells[index], libraries, folder)).join('\n');
  const name = escapeMarkup(runName(result));
  const summary = [notebookLine(result), failureText(result)].filter(Boolean).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy(libraries)}">
<title>${name}</title>
<style>${STYLE}</style>
</head>
<body>
<div class="banner ${result.status}"><pre>${escapeMarkup(summary)}</pre></div>
${body}
${[...libraries].map(libraryElements).join('')}<script>${VIEWER_SCRIPT}</script>
</body>
</html>
`;
}

/** A cell that cannot be shown costs the page that cell alone. */
function cellHtml(cell: Cell, result: CellResult | undefined, libraries: Set<Library>, folder: string): string {
  try {
    return cell.cell_type === 'code' ? codeHtml(cell, result, libraries) : textHtml(cell, folder);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return '<section><p>This cell cannot be shown: it is nested too deeply.</p></section>';
  }
}

function textHtml(cell: TextCell, folder: string): string {
  if (cell.cell_type === 'raw') return '';
  const html = markdownHtml(cell.source, picturesOf(cell, folder));
  const shown = isHidden(cell) ? `<details><summary>Show</summary>${html}</details>` : html;
  return `<section class="prose">${shown}</section>`;
}

function codeHtml(cell: CodeCell, result: CellResult | undefined, libraries: Set<Library>): string {
  const outputs = cell.outputs.map((output) => {
    const { html, library } = renderOutput(output);
    if (library) libraries.add(library);
    return `<div>${html}</div>`;
  });
  const source = `<div class="source"><pre>${escapeMarkup(cell.source)}</pre></div>`;
  const meta =
    result && result.status !== 'skipped'
      ? `<span class="meta">${durationText(result.durationMs)} · ${residentText(result.kernelBytes)}</span>`
      : '';
  const shown = isHidden(cell) ? `<details><summary>Code</summary>${source}</details>` : source;
  const below = outputs.length > 0 ? `<div class="outputs">${outputs.join('\n')}</div>` : '';
  return `<section class="code ${result?.status ?? ''}">${meta}${shown}${below}</section>`;
}

function isHidden(cell: Cell): boolean {
  const jupyter = cell.metadata.jupyter;
  return isObject(jupyter) && jupyter.source_hidden === true;
}
