#!/usr/bin/env node
/** The command line of authors and teachers: `npm run exercise -- COMMAND ...`. */
import { parseArgs } from 'node:util';

import { EXERCISE_KINDS } from 'tslab-runner/ipynb';
import { createExercise, releaseNotebooks, syncNotebooks } from './author';

const USAGE = `Usage: npm run exercise -- COMMAND ...
  new ID NOTEBOOK [--kind KIND] [--after ID]
      declares an exercise, registers it and puts {{exercise ID}} into the notebook: npm run exercise -- new A23 architecture
      KIND is ${EXERCISE_KINDS.join(', ')} (default code); it stands behind the notebook's last exercise unless
      --after names another one
  sync [--check] NOTEBOOK.ipynb...
      writes the declared exercises (questions, stubs, stored answers, solutions) into notebooks; --check writes nothing
      and exits with 1 when a notebook and its declarations differ
  release OUT [NOTEBOOK.ipynb...]
      writes a class's copies, without solutions and wrong answers, into the folder OUT; default: all of notebooks/`;

const OPTIONS = {
  check: { type: 'boolean', default: false },
  kind: { type: 'string', default: 'code' },
  after: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

class UsageError extends Error {}

/** Does what the command line asks for; whether all went well. */
async function run(args: string[]): Promise<boolean> {
  const { values, positionals } = read(args);
  const [command, ...names] = positionals;
  if (values.help) return (console.log(USAGE), true);
  if (command === 'sync' && names.length > 0) return syncNotebooks(names, values.check, console.log);
  if (command === 'release' && names.length > 0) return releaseNotebooks(names[0], names.slice(1), console.log);
  if (command === 'new' && names.length === 2) {
    const [id, notebook] = names;
    return createExercise({ id, notebook, kind: values.kind, after: values.after }, console.log);
  }
  const expected = {
    sync: 'sync expects at least one notebook.',
    release: 'release expects the folder to write into.',
    new: 'new expects an id and the name of a notebook: new A23 architecture.',
  };
  throw new UsageError(
    expected[command as keyof typeof expected] ??
      `Expected the command new, sync or release, got ${command ?? 'nothing'}.`,
  );
}

function read(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

run(process.argv.slice(2)).then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: Error) => {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\n${USAGE}` : error.message);
    process.exitCode = isUsage ? 2 : 1;
  },
);
