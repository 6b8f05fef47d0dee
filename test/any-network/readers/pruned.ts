import { graph, nn, prune, tf } from 'scalable-inference';
import { childrenOf, type Part } from '../parts';
import { BATCHES, Disagreement, distance, equal, onBatchOf, same, type Case } from './agree';

/** Pruning and making it permanent changes nothing but what the masks say; a smaller network equals the masked one. */
export async function pruned(network: Case): Promise<void> {
  await masked(network);
  await shrunk(network);
}

const prunable = (net: nn.Module): prune.ParameterRef[] =>
  net
    .namedModules()
    .map(([, module]) => module)
    .filter((module) => module instanceof nn.Linear || module instanceof nn.Conv2d)
    .map((module): prune.ParameterRef => [module, 'weight']);

/**
 * Prunes each tensor once; other modules that share it get the same mask, because making pruning permanent writes the
 * masked values into the one tensor that they share, as in PyTorch.
 */
function prune30(net: nn.Module): boolean {
  const groups = new Map<tf.Variable, prune.ParameterRef[]>();
  for (const reference of prunable(net)) {
    const { tensor } = reference[0].parameterSlot('weight') as nn.ParameterSlot;
    groups.set(tensor, [...(groups.get(tensor) ?? []), reference]);
  }
  const firsts = [...groups.values()].map(([first]) => first);
  const values = firsts.flatMap(([module, name]) => [...module.tensor(name).dataSync()]);
  if (values.length < 4 || values.every((value) => value === 0)) return false;
  prune.globalUnstructured(firsts, { method: 'l1', amount: 0.3 });
  smallestGone(firsts, 0.3);
  for (const [[module], ...others] of groups.values())
    for (const [other, name] of others) {
      const { tensor: mask } = module.bufferSlot('weight_mask') as nn.BufferSlot;
      prune.customFromMask(other, name, { mask });
    }
  return true;
}

async function masked(network: Case): Promise<void> {
  const net = network.again();
  if (!prune30(net)) return net.dispose();
  for (const [module] of prunable(net)) throughMask(module);
  const copy = net.clone();
  const permanent = net.clone();
  prune.removeAll(permanent);
  const run = await graph.compile(graph.trace(net, [1, ...network.spec.input]));
  try {
    await onBatchOf(net, network.spec, BATCHES[1], (x, wanted, rounding) => {
      const [a, b, c] = [permanent.forward(x), copy.forward(x), run.predict(x)];
      same('pruning made permanent', a, wanted, null, 1e-6);
      same('copy of a pruned network', b, wanted, null, 1e-6);
      same('compiled pruned network', c, wanted, rounding);
      tf.dispose([a, b, c]);
    });
    equal('is pruned after remove', prune.isPruned(permanent), false);
    equal('names after remove', Object.keys(permanent.stateDict()).sort(), Object.keys(network.net.stateDict()).sort());
  } finally {
    run.dispose();
    for (const each of [net, copy, permanent]) each.dispose();
  }
}

/** The share that was asked for is gone, rounded half to even, and nothing that is gone was larger than what stays. */
function smallestGone(references: readonly prune.ParameterRef[], amount: number): void {
  const gone: number[] = [];
  const kept: number[] = [];
  for (const [module, name] of references) {
    const mask = module.tensor(`${name}_mask`).dataSync();
    const pruned = module.tensor(name).dataSync();
    module
      .tensor(`${name}_orig`)
      .dataSync()
      .forEach((value, i) => {
        (mask[i] === 0 ? gone : kept).push(Math.abs(value));
        if (pruned[i] !== mask[i] * value)
          throw new Disagreement(`a weight of ${value} under a mask of ${mask[i]} is ${pruned[i]}`);
      });
  }
  const wanted = amount * (gone.length + kept.length);
  if (Math.abs(gone.length - wanted) > 0.5 + 1e-9)
    throw new Disagreement(`${gone.length} values pruned, ${wanted} wanted`);
  const [largest, smallest] = [Math.max(...gone), Math.min(...kept)];
  if (largest > smallest) throw new Disagreement(`a value of ${largest} is pruned, one of ${smallest} is kept`);
}

/** The gradient of a pruned weight reaches what lies under its mask, also where its value is known from before. */
function throughMask(module: nn.Module): void {
  const { tensor: original } = module.parameterSlot('weight_orig') as nn.ParameterSlot;
  tf.tidy(() => {
    const mask = module.tensor('weight_mask');
    const factor = tf.randomUniform(mask.shape, 1, 2, 'float32', 7);
    const loss = (): tf.Scalar => tf.sum(tf.mul(module.tensor('weight'), factor));
    const { grads } = tf.variableGrads(loss, [original]);
    const far = distance('gradient of a pruned weight', grads[original.name], tf.mul(mask, factor));
    if (!(far < 1e-6)) throw new Disagreement(`gradient of a pruned weight: distance ${far}`);
  });
}

/** What follows the smaller network only where `forward` itself counts channels: heads by hand, pieces by number. */
const countsChannels = (part: Part): boolean =>
  part.kind === 'attention' ||
  part.kind === 'slice' ||
  (part.kind === 'roll' && part.axis === 1) || // of tokens: two pieces of their features
  childrenOf(part).some(countsChannels);

/** Where nothing counts channels, a cut is refused before it is made, or not at all. */
function refusedFor({ spec }: Case, { message }: Error): void {
  if (message.includes('smaller network') && !countsChannels(spec.body))
    throw new Disagreement(`shrinking refused without a reason: ${message}`);
}

async function shrunk(network: Case): Promise<void> {
  const options = { amount: 0.4, inputShape: [1, ...network.spec.input] };
  let small;
  try {
    small = prune.structured.shrink(network.net, options);
  } catch (error) {
    if (!(error instanceof prune.PruningError)) throw error;
    refusedFor(network, error);
    return;
  }
  const zeroed = prune.structured.masked(network.net, options);
  try {
    await onBatchOf(zeroed, network.spec, BATCHES[1], (x, wanted, rounding) => {
      const got = small.net.forward(x);
      same('shrunk and masked network', got, wanted, rounding, 1e-4);
      got.dispose();
    });
    if (small.net.parameterCount() > network.net.parameterCount()) throw new Disagreement('shrinking adds parameters');
  } finally {
    small.net.dispose();
    zeroed.dispose();
  }
}
