import type { tf } from '../backend';
import { fromTorch, torchShape, toTorch, type Module } from '../nn';
import type { Amount } from './amount';
import { moduleText, PruningError } from './errors';
import { smallestMasks, randomMasks } from './global-masks';
import { composeMask, L1Unstructured, PruningMethod, RandomUnstructured } from './methods';
import { attachTensor, refuseArbitrary, scoresOf, target, type Target } from './parametrize';

/** A tensor to prune: its module and its name there. */
export type ParameterRef = readonly [Module, string];

/** Options of {@link globalUnstructured}. */
export interface GlobalOptions {
  /** 'l1', 'random', or a method of type 'unstructured', which then brings its own amount. */
  method: 'l1' | 'random' | PruningMethod;
  amount?: Amount;
  /** For 'random'. Default: drawn from the library's shared stream. */
  seed?: number;
  /** Scores in place of the values, for any of the parameters. */
  importanceScores?: ReadonlyArray<{ parameter: ParameterRef; scores: tf.Tensor }>;
}

/**
 * Prunes several tensors as if they were one: the amount is taken over all of them, so layers that matter less lose
 * more. All masks are computed before the first tensor changes.
 *
 * @throws {PruningError} with every module unchanged
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * prune.globalUnstructured([[net.fc1, 'weight'], [net.fc2, 'weight']], { method: 'l1', amount: 0.5 });
 * prune.isPruned(net); // => true
 * tf.sum(tf.equal(net.fc1.weight, 0)).dataSync()[0] + tf.sum(tf.equal(net.fc2.weight, 0)).dataSync()[0]; // => (400 * 120 + 120 * 84) / 2
 * ```
 */
export function globalUnstructured(parameters: readonly ParameterRef[], options: GlobalOptions): void {
  const targets = targetsOf(parameters);
  const method = methodOf(options);
  const masks = masksOf(targets, method, options);
  targets.forEach((at, i) => attachTensor(at, masks[i], new GlobalShare(method)));
}

/** The two usual methods need not hold all tensors in one piece. */
function masksOf(targets: readonly Target[], method: PruningMethod, options: GlobalOptions): tf.Tensor[] {
  if (method.constructor === L1Unstructured && !options.importanceScores?.length)
    return smallestMasks(targets, (method as L1Unstructured).amount);
  if (method.constructor === RandomUnstructured) return randomMasks(targets, method);
  return byConcatenation(targets, method, options);
}

/** In the history of a tensor: it took its part in a global pruning. */
class GlobalShare extends PruningMethod {
  readonly type = 'global';

  constructor(readonly method: PruningMethod) {
    super();
  }

  override get name(): string {
    return `global ${this.method.name}`;
  }

  computeMask(): never {
    throw new PruningError(
      'TypeError',
      'A share in a global pruning cannot be applied to one tensor: call globalUnstructured again.',
    );
  }
}

function targetsOf(parameters: readonly ParameterRef[]): Target[] {
  if (!Array.isArray(parameters))
    throw new PruningError('TypeError', 'globalUnstructured(): parameters is not a list of [module, name] pairs.');
  if (parameters.length === 0)
    throw new PruningError('ValueError', 'globalUnstructured() expects at least one [module, name] pair, got none.');
  const targets = parameters.map(([module, name]) => target(module, name));
  const twice = targets.find((at, i) =>
    targets.slice(0, i).some((other) => other.module === at.module && other.name === at.name),
  );
  if (twice)
    throw new PruningError(
      'ValueError',
      `'${twice.name}' of ${moduleText(twice.module)} is listed twice: its two masks would conflict.`,
    );
  return targets;
}

function methodOf({ method, amount, seed }: GlobalOptions): PruningMethod {
  if (typeof method === 'object') {
    if (method.type === 'unstructured') return method;
    throw new PruningError(
      'TypeError',
      `Only "unstructured" PRUNING_TYPE supported for the \`pruning_method\`. Found method ${method.name} of type ${method.type}`,
    );
  }
  if (amount === undefined) throw new PruningError('TypeError', 'globalUnstructured() expects an amount.');
  if (method === 'l1') return new L1Unstructured(amount);
  if (method === 'random') return new RandomUnstructured(amount, seed);
  throw new PruningError(
    'ValueError',
    `The method '${String(method)}' is not known: use 'l1', 'random' or a PruningMethod.`,
  );
}

/** Masks of any method, from all scores in one row. */
function byConcatenation(
  targets: readonly Target[],
  method: PruningMethod,
  { importanceScores = [] }: GlobalOptions,
): tf.Tensor[] {
  const importance = (at: Target): tf.Tensor | undefined =>
    importanceScores.find(({ parameter: [module, name] }) => module === at.module && name === at.name)?.scores;
  const size = targets.reduce((sum, at) => sum + at.original.size, 0);
  const scores = { shape: [size], values: new Float32Array(size) };
  const masks = new Float32Array(size).fill(1);
  let offset = 0;
  for (const at of targets) {
    scores.values.set(scoresOf(at, importance(at)).values, offset);
    if (at.mask) masks.set(toTorch(at.mask, at.layout), offset);
    offset += at.original.size;
  }
  const again = targets.some((at) => at.mask);
  const result = again ? composeMask(method, scores, masks) : method.computeMask(scores, masks);
  if (!again) refuseArbitrary(method, scores.values, result);
  offset = 0;
  return targets.map(({ original, layout }) => {
    const part = result.slice(offset, (offset += original.size));
    return fromTorch(part, torchShape(original.shape, layout), layout);
  });
}
