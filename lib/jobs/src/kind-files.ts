import * as path from 'node:path';

const fileOf = (room: string, name: string): [string, string] => [name, path.join(__dirname, room, `${name}.js`)];

/** Files of the kinds of work of this package, by name: a worker loads what it is asked for. */
export const KINDS: ReadonlyMap<string, string> = new Map([
  ...['floor', 'logits', 'sensitivity', 'survey', 'trainings'].map((name) => fileOf('kinds', name)),
  fileOf('classwork', 'notebooks'),
  fileOf('classwork', 'submissions'),
]);
