import { Module } from '../../nn';
import { shapesOf, type InputShapes } from '../../graph';
import { macsOf } from './counters';
import { foldPass, type Entry } from './fold';
import { isBusy, operatorRows, ownRows, total, treeOf } from './rows';
import { CONVENTIONS, type Complexity, type Convention } from './types';
import { oneOf } from '../../check';

/** Options of {@link complexity}. */
export interface ComplexityOptions {
  /** Default `macs`. */
  convention?: Convention;
}

/**
 * Counts a network's parameters, multiply-adds, activations and memory traffic in inference mode, in total, by module
 * and by operator. Shapes alone decide: nothing is computed. The counts are for the whole batch of `inputShape`; work
 * that no picture takes part in (the position bias of Swin V2) is done, and counted, once a batch.
 * A network that does something else for another batch size is counted for the one given, though nothing can run its graph.
 *
 * The integers of `reference` are those of ptflops 0.7.5 (`aten`) and fvcore 0.1.5. Where these tools overlook work, as
 * both do in fused attention, `macs` contains it and `dropped` names it. What cannot be counted is in `uncounted`: give
 * it a counter with `registerCounter`.
 *
 * @param inputShape [batch, height, width, channels] or [batch, features]; of several inputs a list
 * @throws when the network cannot take the shape, naming the module
 * @example
 * ```ts
 * const net = models.create('lenet');
 * const { macs, params, rows } = measure.complexity(net, [1, 28, 28, 1]);
 * macs; // => 416520
 * params; // => 61706
 * rows.length > 5; // => true
 * ```
 */
export function complexity(
  net: Module,
  inputShape: InputShapes,
  { convention = 'macs' }: ComplexityOptions = {},
): Complexity {
  if (!(net instanceof Module))
    throw new Error('measure.complexity expects a network (nn.Module) and the shape of its input.');
  if (!Array.isArray(inputShape))
    throw new Error('measure.complexity expects an input shape with the batch first, such as [1, 224, 224, 3].');
  oneOf('convention', convention, CONVENTIONS);
  const shapes = shapesOf(inputShape);
  const pass = foldPass(net, net.namedModules(), inputShape);
  const modules = net.namedModules(); // after the pass: a forward may have made some
  const all = ownRows(net, modules, pass, convention);
  const work = total(all);
  const dropped = convention === 'macs' ? [] : droppedWork(pass.entries, convention);
  const sum = (key: 'params' | 'nonzero'): number => all.reduce((value, row) => value + row[key], 0);
  return {
    model: net.constructor.name,
    convention,
    inputShape: [...shapes[0]],
    inputShapes: shapes.map((shape) => [...shape]),
    params: sum('params'),
    nonzero: sum('nonzero'),
    ...work,
    reference: work.macs - dropped.reduce((value, { macs }) => value + macs, 0),
    dropped,
    rows: all.filter(isBusy),
    tree: treeOf(all),
    byOperator: operatorRows(pass.entries, convention),
    uncounted: pass.uncounted,
  };
}

function droppedWork(entries: readonly Entry[], convention: Convention): Array<{ name: string; macs: number }> {
  const sums = new Map<string, number>();
  for (const { counts } of entries) {
    if (counts.droppedBy) sums.set(counts.droppedBy, (sums.get(counts.droppedBy) ?? 0) + macsOf(counts, convention));
  }
  return [...sums].map(([name, macs]) => ({ name, macs }));
}
