import * as path from 'node:path';

/** Files of the kinds of work of this package, by name: a worker loads what it is asked for. */
export const KINDS: ReadonlyMap<string, string> = new Map(
  ['logits'].map((name) => [name, path.join(__dirname, 'kinds', `${name}.js`)]),
);
