import * as path from 'node:path';
import { checkpoint, tf, type nn } from 'scalable-inference';
import { build, inputsFor } from '../build';
import { aliases } from '../names';
import { distance, Disagreement, equal, onBatch, type Case } from './agree';

/** Names are torch's, a copy and a file hold the whole network, and both stay independent of it. */
export async function stored(network: Case): Promise<void> {
  const { spec, net, folder } = network;
  const { state, parameters } = aliases(spec.body);
  equal('names of the state dict', Object.keys(net.stateDict()), state);
  equal(
    'names of the parameters',
    net.namedParameters().map(([name]) => name),
    parameters,
  );
  const file = path.join(folder, 'net.safetensors');
  await checkpoint.save(net, file);
  const other = build({ ...spec, seed: spec.seed + 1 });
  await checkpoint.load(other, file);
  const copy = net.clone();
  const reloaded = network.again();
  reloaded.loadStateDict(net.stateDict());
  try {
    await onBatch(network, 3, (x, wanted) => {
      for (const [what, each] of [
        ['loaded', other],
        ['copied', copy],
        ['state dict', reloaded],
      ] as const) {
        const got = each.forward(x);
        if (distance(what, got, wanted) > 0) throw new Disagreement(`${what}: another output`);
        got.dispose();
      }
    });
    equal('parameters of the copy', copy.parameterCount(), net.parameterCount());
    equal('names of the copy', Object.keys(copy.stateDict()), state);
    await independent(network, copy);
  } finally {
    for (const each of [other, copy, reloaded]) each.dispose();
  }
}

async function independent(network: Case, copy: nn.Module): Promise<void> {
  const x = inputsFor(network.spec, 1);
  const before = network.net.forward(x);
  for (const [, tensor] of copy.namedParameters()) tf.tidy(() => tensor.assign(tf.add<tf.Tensor>(tensor, 1)));
  const after = network.net.forward(x);
  const moved = distance('original after a change of the copy', after, before);
  tf.dispose([x, before, after]);
  if (moved > 0) throw new Disagreement('a change of the copy reached the original');
  return Promise.resolve();
}
