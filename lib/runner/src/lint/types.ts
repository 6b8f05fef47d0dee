/** One thing that a notebook must not hold. */
export interface Finding {
  /** The file, as given. */
  path: string;
  /** Index of the cell, from 0; absent when it is about the file. */
  cell?: number;
  /** Line in the cell, from 1. */
  line?: number;
  /** Name of the rule. */
  rule: Rule;
  /** What is wrong and what to write instead. */
  message: string;
}

export type Rule =
  | 'notebook'
  | 'canonical'
  | 'outputs'
  | 'cell-id'
  | 'kernel'
  | 'cell-length'
  | 'line-length'
  | 'prose-number'
  | 'shorthand'
  | 'await'
  | 'destructuring'
  | 'module-syntax'
  | 'syntax'
  | 'answer'
  | 'check'
  | 'solution'
  | 'placeholder';

/** A finding before the file is known. */
export type CellFinding = Omit<Finding, 'path'>;
