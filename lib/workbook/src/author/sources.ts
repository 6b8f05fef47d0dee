import * as path from 'node:path';

import * as course from '../course';
import { Workbook, type Definition } from '../exercise';
import { withAnswers, type Declared } from '../exercise/sync';

/** The folder of a notebook's exercises. Only a checkout has it, the packed package does not. */
export function sourceFolder(notebook: string): string {
  return path.join(__dirname, '../../src/course', notebook);
}

/** The folder of the notebooks, in a checkout. */
export function notebooksFolder(): string {
  return path.join(__dirname, '../../../../notebooks');
}

/** The exercises that are compiled under a notebook's name; `where` begins the error where there are none. */
export function declaredFor(notebook: string, where: string): Definition[] {
  const known: Record<string, unknown> = { ...course };
  const book = known[notebook];
  if (!(book instanceof Workbook)) {
    const names = Object.keys(known).join(', ') || 'none';
    throw new Error(`${where}: no exercises are declared for '${notebook}'; declared are: ${names}.`);
  }
  return book.list().map((item) => item.definition as Definition);
}

/** Exercises of a notebook: the workbook exported under the file's name, with the answers of its sources. */
export function exercisesFor(file: string): Declared[] {
  const name = path.basename(file, '.ipynb');
  return withAnswers(declaredFor(name, file), path.join(sourceFolder(name), 'answers'));
}
