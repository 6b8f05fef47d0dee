import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';

import { writeFileAtomic } from 'scalable-inference/files';
import { readNotebook } from 'tslab-runner/ipynb';
import { formatNotebook, writeNotebook } from 'tslab-runner/ipynb';
import { Workbook, type Definition } from './exercise';
import * as exercises from './course';
import { formatStubs, stubFingerprints, stubsFile, syncNotebook, withAnswers, type Declared } from './exercise/sync';

const USAGE = `usage: node lib/workbook/dist/cli.js sync [--check] NOTEBOOK.ipynb...
  sync     writes the declared exercises (questions, stubs, stored answers, solutions) into notebooks
  --check  writes nothing; exits with 1 when a notebook and its declarations differ`;

/** Exercises of a notebook: the workbook exported under the file's name, with the answers of its sources. */
function exercisesFor(file: string): Declared[] {
  const name = path.basename(file, '.ipynb');
  const known: Record<string, unknown> = { ...exercises };
  const book = known[name];
  if (!(book instanceof Workbook)) {
    throw new Error(
      `${file}: no exercises are declared for '${name}'; declared are: ${Object.keys(known).join(', ') || 'none'}.`,
    );
  }
  const definitions = book.list().map((item) => item.definition as Definition);
  return withAnswers(definitions, path.join(__dirname, '../src/course', name, 'answers'));
}

/** Writes the fingerprints of a notebook's stubs, by which checks know an answer that nobody has given. */
async function syncStubs(file: string, exercises: readonly Declared[], checkOnly: boolean): Promise<string[]> {
  const target = stubsFile(path.basename(file, '.ipynb'));
  const wanted = formatStubs(await stubFingerprints(exercises));
  if (existsSync(target) && readFileSync(target, 'utf8') === wanted) return [];
  if (!checkOnly) await writeFileAtomic(target, wanted);
  return ['fingerprints of stubs'];
}

async function syncFile(file: string, checkOnly: boolean): Promise<boolean> {
  const before = await readNotebook(file);
  const exercises = exercisesFor(file);
  const { notebook, changes: inCells, problems } = syncNotebook(before, exercises);
  const changes = [...inCells, ...(await syncStubs(file, exercises, checkOnly))];
  for (const line of [...changes.map((change) => `${change}${checkOnly ? ' differs' : ' written'}`), ...problems]) {
    console.log(`${file}: ${line}`);
  }
  const agree = changes.length === 0 && problems.length === 0;
  if (agree) console.log(`${file}: agrees with its exercises`);
  if (checkOnly) return agree;
  // The text is compared, not the content: a notebook that another program wrote comes back in canonical form.
  if (readFileSync(file, 'utf8') !== formatNotebook(notebook)) await writeNotebook(file, notebook);
  return problems.length === 0;
}

/** What to do, or what is wrong with the command line. */
function readCall(args: string[]): { files: string[]; check: boolean } | string {
  try {
    const options = { check: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [command, ...files] = positionals;
    if (command === 'sync' && files.length > 0) return { files, check: values.check };
    return 'Expected the command sync and at least one notebook.';
  } catch (error) {
    return (error as Error).message;
  }
}

async function main(): Promise<number> {
  const call = readCall(process.argv.slice(2));
  if (typeof call === 'string') {
    console.error(`${call}\n${USAGE}`);
    return 2;
  }
  let good = true;
  for (const file of call.files) good = (await syncFile(file, call.check)) && good;
  return good ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
