import { writeFileAtomic } from '../files';
import { isJsonMime } from './read';
import { type Json, type JsonObject, type MimeBundle, type Notebook } from './types';

/**
 * The one text form of a notebook, the same that Jupyter itself writes (nbformat's `write`): keys sorted, one space of
 * indentation, multi-line text as a list of lines, characters outside ASCII unescaped, one newline at the end. So
 * saving from JupyterLab and from the runner gives the same bytes, and differences in git are differences in content.
 */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const split: JsonObject = { ...(cell as unknown as JsonObject), source: splitLines(cell.source) };
    if (cell.cell_type === 'code')
      split.outputs = cell.outputs.map((output) => splitOutput(output as unknown as JsonObject));
    return split;
  });
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook in that form, atomically. */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  await writeFileAtomic(path, formatNotebook(notebook));
}

function splitOutput(output: JsonObject): JsonObject {
  if (output.output_type === 'stream') return { ...output, text: splitLines(output.text as string) };
  if (output.output_type === 'error') return output;
  const data: MimeBundle = {};
  for (const [mime, value] of Object.entries(output.data as JsonObject)) {
    data[mime] = typeof value === 'string' && !isJsonMime(mime) ? splitLines(value) : value;
  }
  return { ...output, data };
}

/** Lines with their ends, cut where Python's `str.splitlines` cuts (nbformat uses it). */
function splitLines(text: string): string[] {
  return (
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
    ) ?? []
  );
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) sorted[key] = sortKeys(item);
  }
  return sorted;
}
