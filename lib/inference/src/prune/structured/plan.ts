import { trace, type Graph, type InputShapes } from '../../graph';
import type { Module } from '../../nn';
import { countToPrune, type Amount } from '../amount';
import { PruningError, VALUE_ERROR } from '../errors';
import { refuseNotFinite } from '../parametrize';
import { dependencies, type Dependencies } from './flow';
import { groupsOf, type Group, type Unit } from './groups';
import { lowest, unitScores, type ChannelImportance } from './importance';
import { integer } from '../../check';

/** Options of {@link shrink}. */
export interface ShrinkOptions {
  /** Per group: a share of its channels, or a count of its units. */
  amount: Amount;
  /** [batch, height, width, channels] to trace the network with, or a list of the shapes of several inputs. Default: the first of 224x224, 256x256, 32x32 and 28x28 that it takes. */
  inputShape?: InputShapes;
  /** Default 'l1'. */
  importance?: ChannelImportance;
  /** For importance 'random'. */
  seed?: number;
  /** Kept channels become a multiple of this, where a group has as many: kernels compute in blocks. Default 1; 8 suits most. */
  roundTo?: number;
  /** Layers that keep all channels they make, by path or by pattern, and with them all that depends on these; what they read may shrink. */
  ignore?: ReadonlyArray<string | RegExp>;
  /** Whether heads of attention may go. Default true. */
  heads?: boolean;
}

/** A group and what is to become of it. */
export interface PlannedGroup {
  group: Group;
  cut: Unit[];
  /** Why nothing of it is cut. */
  reason?: string;
}

/** What a network consists of, and what would be cut. */
export interface Plan {
  graph: Graph;
  dependencies: Dependencies;
  groups: PlannedGroup[];
}

/** Chooses the channels to cut; changes nothing. Pruned tensors must be made permanent first. */
export function makePlan(net: Module, options: ShrinkOptions): Plan {
  for (const [name, tensor] of net.namedParameters()) refuseNotFinite(tensor, `'${name}'`);
  integer('roundTo', options.roundTo ?? 1, { min: 1, ...VALUE_ERROR });
  const graph = traceAny(net, options.inputShape);
  const found = dependencies(graph);
  const planned = groupsOf(found).map((group): PlannedGroup => {
    const reason = group.reason ?? refusal(group, options);
    return reason === undefined ? { group, cut: choose(group, options) } : { group, cut: [], reason };
  });
  if (planned.every(({ reason }) => reason !== undefined)) {
    throw new PruningError(
      'ValueError',
      `Nothing of this network can be cut: ${planned.map(({ group, reason }) => `${group.name}: ${reason}`).join('; ') || 'it has no layers that make channels'}.`,
    );
  }
  return { graph, dependencies: found, groups: planned };
}

function refusal(group: Group, { ignore = [], heads = true }: ShrinkOptions): string | undefined {
  const ignored = group.makers.find((path) =>
    ignore.some((each) =>
      typeof each === 'string' ? path === each || path.startsWith(`${each}.`) : path.search(each) >= 0,
    ),
  );
  if (ignored !== undefined) return `'${ignored}' is ignored`;
  return group.kind === 'heads' && !heads ? 'heads are kept' : undefined;
}

function choose(group: Group, options: ShrinkOptions): Unit[] {
  const { amount, importance = 'l1', seed, roundTo = 1 } = options;
  const total = group.units.length;
  const kept = roundUp(total - countToPrune(amount, total), group, roundTo);
  if (kept === 0) {
    throw new PruningError(
      'ValueError',
      `amount leaves no channel of '${group.name}', which has ${total * group.unitWidth}: lower it, or name the layer in ignore.`,
    );
  }
  return kept === total ? [] : lowest(group, unitScores(group, importance, seed), total - kept);
}

/** The next number of units whose channels are a multiple of `roundTo`; all of them where there is none. */
function roundUp(kept: number, { units, unitWidth }: Group, roundTo: number): number {
  for (let n = kept; n < units.length; n++) if ((n * unitWidth) % roundTo === 0 && (n > 0 || roundTo === 1)) return n;
  return units.length;
}

/** Channels depend on each other at one batch size as at any other. */
const ONE_SIZE = { anyBatch: false } as const;

function traceAny(net: Module, inputShape?: InputShapes): Graph {
  if (inputShape) return trace(net, inputShape, ONE_SIZE);
  const channels = firstChannels(net);
  const sizes = channels === 1 ? [28, 32, 224] : [224, 256, 32, 28];
  for (const size of sizes) {
    try {
      return trace(net, [1, size, size, channels], ONE_SIZE);
    } catch {
      continue; // another size may fit; if none does, the message below names them
    }
  }
  throw new PruningError(
    'ValueError',
    `The network takes none of the input sizes ${sizes.map((n) => `${n}x${n}x${channels}`).join(', ')}: pass inputShape.`,
  );
}

function firstChannels(net: Module): number {
  for (const [, module] of net.namedModules()) {
    const { inChannels } = module as unknown as { inChannels?: unknown };
    if (typeof inChannels === 'number') return inChannels;
  }
  return 3;
}
