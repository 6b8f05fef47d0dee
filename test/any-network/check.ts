import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { tf } from 'scalable-inference';
import { build, inputsFor } from './build';
import { outDims, type Spec } from './parts';
import { Disagreement, equal, Samples, type Case } from './readers/agree';
import { compiled } from './readers/compiled';
import { counted } from './readers/counted';
import { differentiated } from './readers/differentiated';
import { exported } from './readers/exported';
import { pruned } from './readers/pruned';
import { quantized } from './readers/quantized';
import { stored } from './readers/stored';

/** Every reader of a network, by name. */
export const READERS = { compiled, exported, quantized, counted, stored, pruned, differentiated } as const;
export type Reader = keyof typeof READERS;

export interface Failure {
  reader: Reader | 'forward' | 'memory';
  message: string;
}

/** The first reader that disagrees with the eager network or fails without naming why; undefined where all agree. */
export async function check(
  spec: Spec,
  readers: readonly Reader[] = Object.keys(READERS) as Reader[],
): Promise<Failure | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'any-network-'));
  const before = tf.memory().numTensors;
  const net = build(spec);
  const samples = new Samples(spec, net);
  const network: Case = { spec, net, folder, samples, again: () => build(spec) };
  let reader: Failure['reader'] = 'forward';
  try {
    forward(network);
    for (reader of readers) await READERS[reader](network);
    reader = 'memory';
    samples.dispose();
    net.dispose();
    equal('tensors left in memory', tf.memory().numTensors - before, 0);
    return undefined;
  } catch (error) {
    return { reader, message: describe(error as Error) };
  } finally {
    samples.dispose();
    if (reader !== 'memory') net.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

const describe = (error: Error): string =>
  error instanceof Disagreement
    ? error.message
    : `${error.name}: ${error.message}\n${error.stack?.split('\n').slice(1, 4).join('\n')}`;

/** The eager network itself: its shape is what the formulas say. */
function forward({ net, spec }: Case): void {
  const dims = outDims(spec.body, spec.input);
  const x = inputsFor(spec, 2);
  const y = net.forward(x);
  equal('shape of the output', y.shape, [2, ...(dims ?? [])]);
  tf.dispose([x, y]);
}
