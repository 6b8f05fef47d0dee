import * as path from 'node:path';
import { compareVersions } from '../../lib/inference/setup/versions.mjs';

/** A symbol that the addon takes from elsewhere, and what it is bound to; see symbols.py. */
export interface Need {
  name: string;
  /** The library's path, `loader` for what Node has to give, null where any may give it. */
  library: string | null;
  version: string | null;
}

/** Of the C API, and what our addition calls in TensorFlow's namespace `tsl`, which compilers write alike on all machines. */
const isTensorflow = ({ name }: Need): boolean => /^(TFE?_|_ZN3tsl)/.test(name);
export const isNode = ({ name }: Need): boolean => name.startsWith('napi_');

/** TensorFlow's names that an addon calls, sorted. */
export const tensorflowNames = (needs: Need[]): string[] =>
  needs
    .filter(isTensorflow)
    .map(({ name }) => name)
    .sort();

/**
 * What is wrong with an addon's bindings. Each of TensorFlow's symbols has to be given by one of the two libraries, and bound
 * to that one where the format says so; only napi_ ones may stay for Node; all others come from the system, none of a
 * newer GNU C library than the wheel itself asks for.
 *
 * @param given names that each library exports, by its file's name
 * @param expected TensorFlow's names that the addon calls, where they are known from another machine
 */
export function problemsOf(facts: {
  needs: Need[];
  given: ReadonlyMap<string, ReadonlySet<string>>;
  expected?: string[];
  glibc?: string;
}): string[] {
  const { needs, given, expected, glibc } = facts;
  const names = tensorflowNames(needs);
  const problems = needs.flatMap((need) => problemOf(need, given, glibc) ?? []);
  if (names.length === 0) problems.push('it calls nothing of TensorFlow');
  if (expected && names.join() !== expected.join())
    problems.push(`${names.length} of TensorFlow's names, ${expected.length} expected`);
  return problems;
}

function problemOf(
  need: Need,
  given: ReadonlyMap<string, ReadonlySet<string>>,
  glibc: string | undefined,
): string | undefined {
  const { name, library } = need;
  const bound = `${name} is bound to ${library ?? need.version}`;
  if (isNode(need)) return library === null || library === 'loader' ? undefined : bound;
  if (!isTensorflow(need)) return comesFromSystem(need, glibc) ? undefined : bound;
  const givers = [...given].filter(([, names]) => names.has(name)).map(([file]) => file);
  if (givers.length === 0) return `${name} is in neither library`;
  return library === null || givers.includes(path.basename(library)) ? undefined : bound;
}

function comesFromSystem({ library, version }: Need, glibc: string | undefined): boolean {
  if (library !== null) return library.startsWith('/usr/lib/');
  const [, number] = /^GLIBC_([\d.]+)$/.exec(version ?? '') ?? [];
  return number !== undefined && glibc !== undefined && compareVersions(number, glibc) <= 0;
}
