import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import type { Definition } from '../types';
import { validateAnswers } from '../validate';
import type { Declared } from './cells';
import { answersIn } from './marks';

/**
 * Joins declarations with their answers, each read from `<folder>/<id>.ts`.
 *
 * @param folder of TypeScript sources: only a checkout has it, the packed package does not
 * @throws Error for an exercise without a file, a file without an exercise, marks that do not fit together, and answers
 * that lack a solution or two wrong ones
 */
export function withAnswers(definitions: readonly Definition[], folder: string): Declared[] {
  if (!existsSync(folder))
    throw new Error(`Expected the answers' sources in ${folder}, found no such folder; sync runs in a checkout.`);
  const ids = new Set(definitions.map(({ id }) => id));
  const stranger = readdirSync(folder).find((name) => name.endsWith('.ts') && !ids.has(path.basename(name, '.ts')));
  if (stranger !== undefined)
    throw new Error(`${path.join(folder, stranger)} answers no declared exercise; declare it or remove the file.`);
  return definitions.map((definition) => {
    const file = path.join(folder, `${definition.id}.ts`);
    if (!existsSync(file))
      throw new Error(`Exercise ${definition.id} has no answers; write its solution and wrong answers in ${file}.`);
    const answers = answersIn(file, readFileSync(file, 'utf8'));
    validateAnswers(definition, answers);
    return { definition, answers };
  });
}
