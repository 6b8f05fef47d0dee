import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Reader } from '../check';

/** One fault put into the compiled library: a text in one of its files that stands there once, and what takes its place. */
export interface Mutation {
  name: string;
  /** Relative to the package's `dist`. */
  file: string;
  search: string;
  replace: string;
}

/** Faults of one part of the library. */
export interface Area {
  area: string;
  /** The reader that looks at this part, asked before the others. */
  reader: Reader;
  mutations: readonly Mutation[];
}

/** The compiled library that tests import. */
export const DIST = path.dirname(require.resolve('scalable-inference'));

export const fault = (name: string, file: string, search: string, replace: string): Mutation => ({
  name,
  file,
  search,
  replace,
});

/** The text of a compiled file with the fault in it. */
export function mutated(text: string, { name, file, search, replace }: Mutation): string {
  const parts = text.split(search);
  if (parts.length !== 2)
    throw new Error(
      `The text of '${name}' stands ${parts.length - 1} times in ${file}, it must stand there once: ${search}`,
    );
  return parts.join(replace);
}

/** What is wrong with a table of faults: texts that are not there, or there several times, names given twice. */
export function problemsOf(areas: readonly Area[]): string[] {
  const seen = new Set<string>();
  return areas.flatMap(({ area, mutations }) => [
    ...(mutations.length < 10 ? [`'${area}' has ${mutations.length} faults, ten are wanted.`] : []),
    ...mutations.flatMap((mutation) => {
      const twice = seen.has(mutation.name) ? [`Two faults are called '${mutation.name}'.`] : [];
      seen.add(mutation.name);
      try {
        mutated(readFileSync(path.join(DIST, mutation.file), 'utf8'), mutation);
        return twice;
      } catch (error) {
        return [...twice, (error as Error).message];
      }
    }),
  ]);
}
