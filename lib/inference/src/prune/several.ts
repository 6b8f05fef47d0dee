import { withSeed } from '../backend';
import type { Module } from '../nn';
import type { Amount } from './amount';
import { PruningError } from './errors';
import { dimNumber, type Dim } from './functions';
import {
  Identity,
  L1Unstructured,
  LnStructured,
  RandomStructured,
  RandomUnstructured,
  type NormOrder,
  type PruningMethod,
  type Scores,
} from './methods';
import { attach, maskFor, target, type Target } from './parametrize';
import type { ModuleClass } from '../nn';

/** Which tensors of a network are meant. */
export interface Selection {
  /** Module classes, or their names: `[nn.Conv2d, 'Linear']`. Default: all. */
  types?: ReadonlyArray<string | ModuleClass>;
  /** Paths of modules: a regular expression, or text in which `*` stands for anything. Default: all. */
  pattern?: string | RegExp;
  /** Names of tensors. Default: `['weight']`. */
  names?: readonly string[];
}

/** Options of {@link apply}. */
export interface ApplyOptions extends Selection {
  /** A named method, or a function that makes one for each tensor. */
  method: 'l1' | 'random' | 'ln' | 'randomStructured' | 'identity' | ((module: Module, name: string) => PruningMethod);
  /** Needed by all named methods but 'identity'. */
  amount?: Amount;
  /** Order of the norm for 'ln'. Default 2. */
  n?: NormOrder;
  /** Channels of 'ln' and 'randomStructured'. Default 'out'. */
  dim?: Dim;
  /** For the random methods; every tensor draws its own numbers from it. */
  seed?: number;
}

/** A tensor that {@link apply} dealt with. */
export interface AppliedRow {
  path: string;
  type: string;
  name: string;
  /** Values that this call pruned, and all that are pruned now. */
  pruned: number;
  zeros: number;
  total: number;
}

/** What {@link apply} did with every module that computes something of its own. */
export interface ApplyReport {
  pruned: AppliedRow[];
  /** Selected, but left as they were: nothing was to be pruned. */
  kept: Array<{ path: string; type: string; name: string; reason: string }>;
  /** Not selected, or without such a tensor. */
  skipped: Array<{ path: string; type: string; reason: string }>;
}

/**
 * Prunes many modules in one call, each for itself; see `globalUnstructured` for pruning them as one. Every module
 * without children is reported, none is passed over silently. All masks are computed before the first tensor changes.
 *
 * @throws {PruningError} naming the module, with the network unchanged; also when nothing at all was selected
 */
export function apply(net: Module, options: ApplyOptions): ApplyReport {
  return withSeed(options.seed, () => {
    const { selected, skipped } = select(net, options);
    if (selected.length === 0)
      throw new PruningError(
        'ValueError',
        `Nothing to prune: no module matches the types, pattern and names given; ${net.namedModules().length} were looked at.`,
      );
    const planned = selected.map(({ path, module, name }) => inModule(path, () => plan(path, module, name, options)));
    const report: ApplyReport = { pruned: [], kept: [], skipped };
    for (const step of planned) {
      if ('reason' in step) {
        report.kept.push(step);
        continue;
      }
      attach(step.at, step.mask, step.method);
      report.pruned.push(step.row);
    }
    return report;
  });
}

/** The tensors of a selection as pairs for `globalUnstructured`. */
export function parameters(net: Module, selection: Selection = {}): Array<[Module, string]> {
  return select(net, selection).selected.map(({ module, name }) => [module, name]);
}

interface Selected {
  path: string;
  module: Module;
  name: string;
}

function select(
  net: Module,
  { types, pattern, names = ['weight'] }: Selection,
): { selected: Selected[]; skipped: ApplyReport['skipped'] } {
  const selected: Selected[] = [];
  const skipped: ApplyReport['skipped'] = [];
  for (const [path, module] of net.namedModules()) {
    const type = module.constructor.name;
    const present = names.filter((name) => module.has(name));
    const wanted = matchesType(module, types)
      ? matchesPath(path, pattern) || 'its path does not match'
      : 'its type was not selected';
    if (wanted === true && present.length) selected.push(...present.map((name) => ({ path, module, name })));
    else if (module.namedChildren().length === 0) {
      skipped.push({
        path,
        type,
        reason: typeof wanted === 'string' ? wanted : `it has no ${names.map((name) => `'${name}'`).join(' or ')}`,
      });
    }
  }
  return { selected, skipped };
}

function matchesType(module: Module, types: Selection['types']): boolean {
  return (
    !types ||
    types.some((type) => (typeof type === 'string' ? module.constructor.name === type : module instanceof type))
  );
}

function matchesPath(path: string, pattern: Selection['pattern']): boolean {
  if (pattern === undefined) return true;
  if (pattern instanceof RegExp) return path.search(pattern) >= 0;
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`).test(path);
}

function inModule<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof PruningError)
      throw new PruningError(error.name, `${path || 'The module itself'}: ${error.message}`);
    throw error;
  }
}

type Step = { at: Target; mask: Scores; method: PruningMethod; row: AppliedRow } | ApplyReport['kept'][number];

function plan(path: string, module: Module, name: string, options: ApplyOptions): Step {
  const at = target(module, name);
  const type = module.constructor.name;
  const before = at.mask ? count(at.mask.dataSync()) : 0;
  const method = makeMethod(module, name, options);
  if (before === at.original.size) return { path, type, name, reason: 'all of it is pruned already' };
  if (
    method.ranksMagnitudes &&
    module
      .tensor(name)
      .dataSync()
      .every((value) => value === 0)
  ) {
    return { path, type, name, reason: 'all its values are zero: none is less important than another' };
  }
  const mask = maskFor(at, method);
  const zeros = count(mask.values);
  if (zeros === before && !(method instanceof Identity))
    return { path, type, name, reason: 'the amount comes to none of its values' };
  return { at, mask, method, row: { path, type, name, pruned: zeros - before, zeros, total: mask.values.length } };
}

function count(mask: ArrayLike<number>): number {
  let zeros = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) zeros++;
  return zeros;
}

function makeMethod(module: Module, name: string, { method, amount, n = 2, dim = 'out' }: ApplyOptions): PruningMethod {
  if (typeof method === 'function') return method(module, name);
  if (method === 'identity') return new Identity();
  if (amount === undefined) throw new PruningError('TypeError', `The method '${method}' expects an amount.`);
  switch (method) {
    case 'l1':
      return new L1Unstructured(amount);
    case 'random':
      return new RandomUnstructured(amount);
    case 'ln':
      return new LnStructured(amount, n, dimNumber(module, name, dim));
    case 'randomStructured':
      return new RandomStructured(amount, dimNumber(module, name, dim));
    default:
      throw new PruningError(
        'ValueError',
        `The method '${String(method)}' is not known: use 'l1', 'random', 'ln', 'randomStructured', 'identity' or a function.`,
      );
  }
}
