import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import { writeFileAtomic } from 'scalable-inference/files';
import {
  EXERCISE_KINDS,
  exerciseOf,
  formatNotebook,
  readNotebook,
  type Cell,
  type ExerciseKind,
  type Notebook,
} from 'tslab-runner/ipynb';
import { register } from './register';
import { declaredFor, notebooksFolder, sourceFolder } from './sources';
import { answersTemplate, declarationTemplate } from './templates';

export interface NewExercise {
  /** `A23` */
  readonly id: string;
  /** Name of the notebook, with or without folder and `.ipynb`. */
  readonly notebook: string;
  readonly kind: string;
  /** The exercise behind which it stands; default the notebook's last one. */
  readonly after: string | undefined;
}

/** Puts a placeholder behind the last cell of an exercise. */
function withPlaceholder(notebook: Notebook, id: string, after: string | undefined, file: string): Notebook {
  const text = `{{exercise ${id}}}`;
  if (notebook.cells.some(({ source }) => source.trim() === text)) return notebook;
  const owned = notebook.cells.map((cell) => exerciseOf(cell));
  const last = after ?? owned.filter((owner) => owner !== undefined).at(-1);
  const at = last === undefined ? -1 : owned.lastIndexOf(last);
  if (at < 0 && after !== undefined)
    throw new Error(
      `${file} has no exercise ${after} to stand behind; it has ${[...new Set(owned)].filter(Boolean).join(', ')}.`,
    );
  const cell: Cell = { cell_type: 'markdown', id: `${id}-question`, source: text, metadata: {} };
  const behind = at < 0 ? notebook.cells.length : at + 1;
  return { ...notebook, cells: [...notebook.cells.slice(0, behind), cell, ...notebook.cells.slice(behind)] };
}

/** As the project's formatter wants it, where it is installed. */
function format(file: string): void {
  const prettier = path.join(__dirname, '../../../../node_modules/prettier/bin/prettier.cjs');
  if (existsSync(prettier)) spawnSync(process.execPath, [prettier, '--log-level', 'silent', '--write', file]);
}

function checkedKind(kind: string): ExerciseKind {
  if ((EXERCISE_KINDS as readonly string[]).includes(kind)) return kind as ExerciseKind;
  throw new Error(`--kind expects ${EXERCISE_KINDS.join(', ')}, got ${kind}.`);
}

/**
 * Declares an exercise in `lib/workbook/src/course/<notebook>/<id>.ts`, with its answers in `answers/<id>.ts`, registers
 * it in the `index.ts` there and puts its placeholder into the notebook. What is declared is a small exercise that
 * compiles and can be passed and failed, to be changed into the one that is meant.
 *
 * @throws Error, before anything is written, for an id that is taken or none, a notebook without exercises, files that
 *   exist, and an `index.ts` of another form
 */
export async function createExercise(wanted: NewExercise, print: (line: string) => void): Promise<boolean> {
  const { id, after } = wanted;
  const kind = checkedKind(wanted.kind);
  if (!/^[A-Za-z]\w*$/.test(id))
    throw new Error(`Expected an id of letters and digits that begins with a letter, got '${id}'.`);
  const name = path.basename(wanted.notebook, '.ipynb');
  const declared = declaredFor(name, 'new').map((definition) => definition.id);
  const folder = sourceFolder(name);
  const index = path.join(folder, 'index.ts');
  if (!existsSync(index)) throw new Error(`Expected sources in ${folder}, found none; new works in a checkout.`);
  const files = [path.join(folder, `${id}.ts`), path.join(folder, 'answers', `${id}.ts`)];
  const taken = files.find((file) => existsSync(file));
  if (declared.includes(id) || taken !== undefined)
    throw new Error(`Exercise ${id} exists${taken ? ` (${taken})` : ''}; ${name} has ${declared.join(', ')}.`);
  const notebookFile = path.join(notebooksFolder(), `${name}.ipynb`);
  const notebook = withPlaceholder(await readNotebook(notebookFile), id, after, notebookFile);
  const registered = await register(readFileSync(index, 'utf8'), name, id, index);

  await writeFileAtomic(files[0], declarationTemplate(id, kind));
  await writeFileAtomic(files[1], answersTemplate(id, kind, name));
  await writeFileAtomic(index, registered);
  for (const file of [...files, index]) format(file);
  await writeFileAtomic(notebookFile, formatNotebook(notebook));
  const shown = (file: string): string => path.relative(process.cwd(), file);
  print(`${shown(files[0])}: change question, reference and check`);
  print(`${shown(files[1])}: change stub, solution and wrong answers`);
  print(`${shown(index)}: ${id} registered`);
  print(`${shown(notebookFile)}: {{exercise ${id}}} put in; move it where it belongs`);
  print(`Then: npm run build && npm run exercise -- sync ${shown(notebookFile)}`);
  return true;
}
