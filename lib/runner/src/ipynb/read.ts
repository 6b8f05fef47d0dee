import { promises as fs } from 'node:fs';

import { isRecord } from '../files';
import {
  type Cell,
  type Json,
  type JsonObject,
  type MimeBundle,
  type Notebook,
  NotebookError,
  type Output,
} from './types';

/**
 * Reads a notebook file of format 4 (any minor version).
 *
 * @param path the `.ipynb` file
 * @throws NotebookError when it is missing, not UTF-8 JSON or not a notebook; the message names the place
 */
export async function readNotebook(path: string): Promise<Notebook> {
  let bytes: Buffer;
  try {
    bytes = await fs.readFile(path);
  } catch (error) {
    throw new NotebookError(path, `cannot be read: ${(error as Error).message}.`);
  }
  return parseNotebook(decode(bytes, path), path);
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotebookError(path, 'expected UTF-8 text, found bytes that are not; save the notebook again.');
  }
}

/**
 * Parses the text of a notebook and joins its multi-line fields.
 *
 * @param text JSON of a notebook of format 4
 * @param path name for messages
 */
export function parseNotebook(text: string, path = 'notebook'): Notebook {
  if (text.trim() === '') throw new NotebookError(path, 'expected a notebook (JSON), the file is empty.');
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new NotebookError(
      path,
      `expected a notebook (JSON), found text that does not parse: ${(error as Error).message}.`,
    );
  }
  const fail = (problem: string): never => {
    throw new NotebookError(path, problem);
  };
  if (!isObject(value)) return fail(`expected a JSON object, found ${describe(value)}.`);
  if (value.nbformat !== 4) {
    return fail(`expected notebook format 4, found ${describe(value.nbformat)}; convert it with JupyterLab.`);
  }
  if (typeof value.nbformat_minor !== 'number')
    return fail(`expected "nbformat_minor" as a number, found ${describe(value.nbformat_minor)}.`);
  if (!Array.isArray(value.cells)) return fail(`expected "cells" as a list, found ${describe(value.cells)}.`);
  if (!isObject(value.metadata)) return fail(`expected "metadata" as an object, found ${describe(value.metadata)}.`);
  const cells = value.cells.map((cell, index) => parseCell(cell, (problem) => fail(`cell ${index + 1}: ${problem}`)));
  return { ...value, cells, metadata: value.metadata, nbformat: 4, nbformat_minor: value.nbformat_minor };
}

function parseCell(cell: Json, fail: (problem: string) => never): Cell {
  if (!isObject(cell)) return fail(`expected an object, found ${describe(cell)}.`);
  const source = joinLines(cell.source);
  if (source === undefined)
    return fail(`expected "source" as text or a list of lines, found ${describe(cell.source)}.`);
  const metadata = cell.metadata ?? {};
  if (!isObject(metadata)) return fail(`expected "metadata" as an object, found ${describe(metadata)}.`);
  if (metadata.tags !== undefined && !isTextList(metadata.tags)) {
    return fail(`expected "metadata.tags" as a list of names, found ${describe(metadata.tags)}.`);
  }
  if (cell.cell_type === 'markdown' || cell.cell_type === 'raw') {
    return { ...cell, cell_type: cell.cell_type, source, metadata };
  }
  if (cell.cell_type !== 'code')
    return fail(`expected a code, markdown or raw cell, found ${describe(cell.cell_type)}.`);
  const outputs = cell.outputs ?? [];
  if (!Array.isArray(outputs)) return fail(`expected "outputs" as a list, found ${describe(outputs)}.`);
  const count = typeof cell.execution_count === 'number' ? cell.execution_count : null;
  return {
    ...cell,
    cell_type: 'code',
    source,
    metadata,
    execution_count: count,
    outputs: outputs.map((output) => parseOutput(output, fail)),
  };
}

function parseOutput(output: Json, fail: (problem: string) => never): Output {
  if (!isObject(output)) return fail(`expected an output as an object, found ${describe(output)}.`);
  switch (output.output_type) {
    case 'stream':
      return { ...output, text: joinLines(output.text) ?? '' } as unknown as Output;
    case 'display_data':
    case 'execute_result':
      return { ...output, data: joinBundle(output.data), metadata: output.metadata ?? {} } as unknown as Output;
    case 'error':
      return output as unknown as Output;
    default:
      return fail(
        `expected an output (stream, display_data, execute_result or error), found ${describe(output.output_type)}.`,
      );
  }
}

function joinBundle(data: Json | undefined): MimeBundle {
  if (!isObject(data)) return {};
  const joined: MimeBundle = {};
  for (const [mime, value] of Object.entries(data)) {
    joined[mime] = isJsonMime(mime) ? value : (joinLines(value) ?? value);
  }
  return joined;
}

/** Whether a MIME type's value is JSON rather than text. */
export function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

function joinLines(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value !== undefined && isTextList(value) ? value.join('') : undefined;
}

function isTextList(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export const isObject = (value: Json | undefined): value is JsonObject => isRecord(value);

function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return JSON.stringify(value);
}
