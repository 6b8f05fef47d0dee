/**
 * Random networks through every reader:
 *
 *   npm run any-network -- [--seed N] [--count N] [--readers compiled,exported,...] [--keep-going]
 *
 * A network that fails is cut down to its smallest form and printed as code.
 */
import { parseArgs } from 'node:util';
import { backend } from 'scalable-inference';
import { check, READERS, type Failure, type Reader } from './check';
import { generate } from './generate';
import type { Spec } from './parts';
import { printSpec } from './print';
import { shrink } from './shrink';

/** The smallest spec that fails in the same reader, and how. */
export async function smallest(
  spec: Spec,
  failure: Failure,
  readers: Reader[],
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

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '200' },
      readers: { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const readers = (values.readers?.split(',') ?? Object.keys(READERS)) as Reader[];
  await backend.ready();
  const [first, count] = [Number(values.seed), Number(values.count)];
  const counts = new Map<string, number>();
  for (let seed = first; seed < first + count; seed++) {
    const spec = generate(seed);
    const failure = await check(spec, readers);
    if (!failure) continue;
    counts.set(failure.reader, (counts.get(failure.reader) ?? 0) + 1);
    const small = await smallest(spec, failure, readers);
    console.log(`seed ${seed}, ${small.failure.reader}: ${small.failure.message}\n${printSpec(small.spec)}\n`);
    if (!values['keep-going']) return 1;
  }
  const failed = [...counts.values()].reduce((a, b) => a + b, 0);
  console.log(
    `${count} networks from seed ${first}: ${count - failed} agree, ${failed} do not`,
    Object.fromEntries(counts),
  );
  return failed > 0 ? 1 : 0;
}

if (require.main === module) void main().then((code) => process.exit(code));
