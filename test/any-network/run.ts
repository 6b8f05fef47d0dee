import { check, READERS, type Failure, type Reader } from './check';
import { generate, generateText } from './generate';
import { kindsOf, type Spec } from './parts';
import { printSpec } from './print';
import { shrink } from './shrink';

export const ALL_READERS = Object.keys(READERS) as Reader[];

export interface Range {
  /** The first seed. */
  seed: number;
  count: number;
  readers: readonly Reader[];
  /** Networks that read integers, see {@link generateText}. Default false. */
  texts?: boolean;
  /** Goes on after a network that fails. */
  keepGoing: boolean;
}

/** What the networks of a range came to. */
export interface Summary {
  /** Networks checked. */
  networks: number;
  /** Networks that failed, by reader. */
  failed: Record<string, number>;
  /** Networks that hold a kind of part, by kind. */
  kinds: Record<string, number>;
}

export const nothing = (): Summary => ({ networks: 0, failed: {}, kinds: {} });

const increase = (counts: Record<string, number>, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

/** Adds the counts of another range. */
export function addTo(sum: Summary, other: Summary): void {
  sum.networks += other.networks;
  for (const of of ['failed', 'kinds'] as const)
    for (const [key, n] of Object.entries(other[of])) increase(sum[of], key, n);
}

/** The smallest spec that fails in the same reader, and how. */
export async function smallest(
  spec: Spec,
  failure: Failure,
  readers: readonly Reader[],
): Promise<{ spec: Spec; failure: Failure }> {
  const only = failure.reader in READERS ? [failure.reader as Reader] : readers;
  let last = failure;
  const small = await shrink(spec, async (candidate) => {
    const found = await check(candidate, only);
    if (found?.reader !== failure.reader) return false;
    last = found;
    return true;
  });
  return { spec: small, failure: last };
}

/** A network that fails, as text: its seed, the reader, what it says, and the smallest form as code with what that says. */
export async function explain(spec: Spec, failure: Failure, readers: readonly Reader[]): Promise<string> {
  const small = await smallest(spec, failure, readers);
  const { reader, message } = failure;
  return `seed ${spec.seed}, ${reader}: ${message}\nsmallest form: ${small.failure.message}\n${printSpec(small.spec)}\n`;
}

/**
 * Checks the networks of a range one after the other.
 *
 * @param report takes the text about a network that fails
 * @param progress is called after every network
 */
export async function runRange(
  { seed: first, count, readers, keepGoing, texts = false }: Range,
  report: (text: string) => void,
  progress: (summary: Summary) => void = () => undefined,
): Promise<Summary> {
  const summary = nothing();
  for (let seed = first; seed < first + count; seed++) {
    const spec = texts ? generateText(seed) : generate(seed);
    const failure = await check(spec, readers);
    summary.networks++;
    for (const kind of kindsOf(spec.body)) increase(summary.kinds, kind);
    if (failure) {
      increase(summary.failed, failure.reader);
      report(await explain(spec, failure, readers));
      if (!keepGoing) return summary;
    }
    progress(summary);
  }
  return summary;
}
