import { inputsOf } from '../../graph';
import { complexity } from '../../measure';
import type { Module } from '../../nn';
import { removeAll } from '../parametrize';
import { checkAgainst } from './check';
import { cutOut, zeroOut } from './cut';
import { makePlan, type Plan, type PlannedGroup, type ShrinkOptions } from './plan';

/** Layers that were cut together. */
export interface CutGroup {
  /** Path of the first layer that makes the channels. */
  name: string;
  /** Paths of all modules that changed with it. */
  layers: string[];
  /** What went as one: single channels, groups of a grouped convolution, or heads of attention. */
  kind: 'channels' | 'groups' | 'heads';
  /** Channels of the first layer before and after. */
  before: number;
  after: number;
  /** Numbers of the units that went. */
  removed: number[];
}

/** Channels that stayed, and why. */
export interface UncutGroup {
  name: string;
  layers: string[];
  channels: number;
  reason: string;
}

/** Size of a network: parameters, and multiply-adds for one input. */
export interface NetworkSize {
  parameters: number;
  macs: number;
}

/** Output of {@link shrink}. */
export interface Shrunk<M extends Module> {
  /** The smaller network: a new one of the same class, with its own parameters. */
  net: M;
  groups: CutGroup[];
  /** What the amount left whole, or cannot be cut. */
  uncut: UncutGroup[];
  /**
   * Paths of modules with parameters that `forward` does not run, such as auxiliary classifiers: they are as they were,
   * and may no longer fit what they read. Empty in most networks.
   */
  notRun: string[];
  before: NetworkSize;
  after: NetworkSize;
}

/**
 * Takes channels out of a network for good: those that rank lowest in each group of layers that depend on each other,
 * together with everything that makes, normalises, scales or reads them. The traced graph says what depends on what:
 * residual partners, depthwise and grouped convolutions, squeeze-and-excitation, concatenations, the dense layer behind
 * a flattening, heads of attention.
 *
 * The output equals that of the network in which all parameters of these channels are zero (see {@link masked}), to the
 * last few bits. Channels under layer normalisation stay, because without them mean and variance of the others would
 * change; so do input and output. What stays is named with the reason, and modules that `forward` does not run by
 * `notRun`. Pruned tensors are made permanent first.
 *
 * @returns a smaller copy; the given network is unchanged
 * @throws {PruningError} where nothing can be cut, a group would lose all its channels, or weights are not finite
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * const { net: small, before, after } = prune.structured.shrink(net, { amount: 0.5, inputShape: [1, 28, 28, 1] });
 * before.parameters; // => 61706
 * after.parameters < before.parameters / 2; // => true
 * small.forward(tf.ones([1, 28, 28, 1])).shape; // => [1, 10]
 * ```
 */
export function shrink<M extends Module>(net: M, options: ShrinkOptions): Shrunk<M> {
  return onCopy(net, (copy) => {
    const plan = makePlan(copy, options);
    const before = sizeOf(plan);
    cutOut(plan);
    checkAgainst(plan);
    const { groups, uncut } = report(plan);
    return { net: copy, groups, uncut, notRun: notRun(plan), before, after: sizeOf(plan) };
  });
}

/**
 * The network that `shrink` with the same options must agree with: all its channels, those that would go switched off.
 * Every value of a parameter that belongs to them is zero: kernels and biases that make them, factors and offsets that
 * normalise them, and weights that read them.
 */
export function masked<M extends Module>(net: M, options: ShrinkOptions): M {
  return onCopy(net, (copy) => {
    zeroOut(makePlan(copy, options));
    return copy;
  });
}

/** The groups of a network, with what `shrink` would do to each, without doing it. */
export function plan(net: Module, options: ShrinkOptions): { groups: CutGroup[]; uncut: UncutGroup[] } {
  let result: { groups: CutGroup[]; uncut: UncutGroup[] } = { groups: [], uncut: [] };
  onCopy(net, (copy) => {
    result = report(makePlan(copy, options));
    return copy;
  }).dispose();
  return result;
}

/** Runs `body` on a copy whose pruning is permanent, and frees it when that fails. */
function onCopy<M extends Module, T>(net: M, body: (copy: M) => T): T {
  const copy = net.clone();
  try {
    removeAll(copy);
    return body(copy);
  } catch (error) {
    copy.dispose();
    throw error;
  }
}

function report({ groups }: Plan): { groups: CutGroup[]; uncut: UncutGroup[] } {
  const cut = groups.filter((each) => each.cut.length > 0);
  const rest = groups.filter((each) => each.cut.length === 0);
  return { groups: cut.map(cutGroup), uncut: rest.map(uncutGroup) };
}

/** The outermost modules of which the graph reads no parameter or buffer at all. */
function notRun({ graph: { net, nodes } }: Plan): string[] {
  const idsOf = (module: Module): number[] => module.namedSlots().map(([, { tensor }]) => tensor.id);
  const read = new Set(
    nodes.flatMap(({ parameter: at }) => {
      const slot = at?.module.namedSlots().find(([name]) => name === at.name);
      return slot ? [slot[1].tensor.id] : [];
    }),
  );
  const idle = net.namedModules().flatMap(([path, module]) => {
    const ids = idsOf(module);
    return path !== '' && ids.length > 0 && !ids.some((id) => read.has(id)) ? [path] : [];
  });
  return idle.filter((path) => !idle.some((other) => path.startsWith(`${other}.`)));
}

function cutGroup({ group: { name, layers, kind, units, unitWidth }, cut }: PlannedGroup): CutGroup {
  const removed = cut.map((unit) => units.indexOf(unit)).sort((a, b) => a - b);
  return {
    name,
    layers,
    kind,
    before: units.length * unitWidth,
    after: (units.length - cut.length) * unitWidth,
    removed,
  };
}

function uncutGroup({ group: { name, layers, units, unitWidth }, reason }: PlannedGroup): UncutGroup {
  return {
    name,
    layers,
    channels: units.length * unitWidth,
    reason: reason ?? 'the amount, rounded, comes to none of its channels',
  };
}

function sizeOf({ graph }: Plan): NetworkSize {
  const { macs } = complexity(graph.net, inputsOf(graph));
  return { parameters: graph.net.parameterCount(), macs };
}
