import { runInNewContext } from 'node:vm';

import type * as TypeScript from 'typescript';

import { fingerprint } from '../fingerprint';
import type { Stubs } from '../stubs';
import { stubOf, type Declared } from './cells';

/** What an untouched stub hands over: undefined where it hands over nothing, or cannot run by itself. */
function handedBy(ts: typeof TypeScript, source: string, id: string): unknown {
  const target = ts.ScriptTarget.ES2022;
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target, module: ts.ModuleKind.ESNext } });
  let handed: unknown;
  const ex = { [id]: { answer: (value: unknown) => void (handed = value) } };
  runInNewContext(outputText.replace(/^export \{\};$/m, ''), { ex });
  return handed;
}

/**
 * Fingerprints of the stubs that hand something over, by which a check knows that nobody has answered.
 *
 * @throws Error for a stub that does not run without the notebook: its body must stand inside a function
 */
export async function stubFingerprints(declared: readonly Declared[]): Promise<Stubs> {
  // Only where an author works: no notebook loads a compiler for it.
  const ts = await import('typescript');
  const entries = declared.flatMap((one): [string, string][] => {
    const { id } = one.definition;
    try {
      const print = fingerprint(handedBy(ts, stubOf(one), id));
      return print === undefined ? [] : [[id, print]];
    } catch (error) {
      throw new Error(
        `The stub of ${id} cannot run alone: ${(error as Error).message}. Put what it needs in a function.`,
      );
    }
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
