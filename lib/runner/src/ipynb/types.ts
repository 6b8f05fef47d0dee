/** JSON as a notebook holds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A bundle of representations of one output: MIME type to text or JSON. Text is one string, never a list of lines. */
export type MimeBundle = JsonObject;

export interface StreamOutput {
  output_type: 'stream';
  name: 'stdout' | 'stderr';
  text: string;
}

export interface DisplayOutput {
  output_type: 'display_data';
  data: MimeBundle;
  metadata: JsonObject;
}

export interface ResultOutput {
  output_type: 'execute_result';
  execution_count: number | null;
  data: MimeBundle;
  metadata: JsonObject;
}

export interface ErrorOutput {
  output_type: 'error';
  ename: string;
  evalue: string;
  traceback: string[];
}

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

interface BaseCell {
  /** Id of the cell, from notebook format 4.5 on. */
  id?: string;
  /** The whole source as one string. */
  source: string;
  metadata: JsonObject;
}

export interface CodeCell extends BaseCell {
  cell_type: 'code';
  outputs: Output[];
  execution_count: number | null;
}

export interface TextCell extends BaseCell {
  cell_type: 'markdown' | 'raw';
  attachments?: { [name: string]: MimeBundle };
}

export type Cell = CodeCell | TextCell;

/** A notebook of format 4, with multi-line fields joined. */
export interface Notebook {
  cells: Cell[];
  metadata: JsonObject;
  nbformat: 4;
  nbformat_minor: number;
}

/** A file that is not a notebook this runner can execute. The message says what was expected and what came. */
export class NotebookError extends Error {
  override readonly name = 'NotebookError';

  constructor(
    /** The file, as the caller named it. */
    readonly path: string,
    problem: string,
  ) {
    super(`${path}: ${problem}`);
  }
}
