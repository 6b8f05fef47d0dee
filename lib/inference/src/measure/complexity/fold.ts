import type { tf } from '../../backend';
import { trace, type Graph, type InputShapes } from '../../graph';
import type { Module } from '../../nn';
import {
  isComputed,
  isStandIn,
  isSymbolic,
  sizeOf,
  traitsOf,
  type Counts,
  type GraphNode,
  type OpNode,
  type Shape,
} from '../../nn/ops';
import { countModule, countOperation, type ModuleCounts } from './counters';
import type { Uncounted } from './types';

export const FLOAT_BYTES = 4;

/** A network's modules with their paths, parents first. */
export type NamedModules = ReadonlyArray<[string, Module]>;

/** Work of one operation or stepped-over module, under all conventions. */
export interface Entry {
  path: string;
  operator: string;
  counts: Counts;
  activations: number;
  bytes: number;
}

/** What one traced forward pass did. */
export interface Pass {
  entries: Entry[];
  uncounted: Uncounted[];
  /** Output shape of every module that ran, by path. */
  outputs: Map<string, Shape>;
  /** How often each ran. */
  calls: Map<string, number>;
}

/** Attributes of the node that stands for a module: the counter's result, or why there is none. */
interface StandInAttributes extends Record<string, unknown> {
  counts?: ModuleCounts;
  reason?: string;
  parameters: number;
}

/** Traces one forward pass and lists its work; nothing is computed. */
export function foldPass(net: Module, modules: NamedModules, inputShape: InputShapes): Pass {
  const pass: Pass = { entries: [], uncounted: [], outputs: new Map(), calls: new Map() };
  const graph = traced(net, modules, inputShape, pass);
  for (const node of graph.nodes) {
    if (isStandIn<StandInAttributes>(node)) pass.entries.push(moduleEntry(node, pass));
    else if (isComputed(node)) pass.entries.push(operationEntry(node, pass));
  }
  return pass;
}

function traced(net: Module, modules: NamedModules, inputShape: InputShapes, pass: Pass): Graph {
  const undo = modules.map(([path, module]) =>
    module.registerForwardHook((_module, _inputs, output) => noteOutput(pass, path, output)),
  );
  try {
    return trace(net, inputShape, {
      anyBatch: false,
      stepOver(module, inputs) {
        const counts = countModule(module, inputs);
        return counts && { shape: counts.outputShape, attrs: { counts, parameters: module.parameterCount() } };
      },
      untraceable: (module, _inputs, error) => ({
        reason: `forward cannot be traced: ${error.message}`,
        parameters: ownParameters(module),
      }),
    });
  } finally {
    for (const remove of undo) remove();
  }
}

/** Without those of its children, which are traced. */
function ownParameters(module: Module): number {
  return module.namedParameters().reduce((sum, [name, tensor]) => sum + (name.includes('.') ? 0 : tensor.size), 0);
}

function noteOutput(pass: Pass, path: string, output: tf.Tensor): void {
  if (isSymbolic(output)) noteCall(pass, path, output.shape);
}

function noteCall(pass: Pass, path: string, shape: Shape): void {
  pass.outputs.set(path, shape);
  pass.calls.set(path, (pass.calls.get(path) ?? 0) + 1);
}

function operationEntry(node: GraphNode, pass: Pass): Entry {
  const { op, path, attrs, shape } = node;
  const counts = countOperation(op, { inputs: node.inputs.map((input) => input.shape), output: shape, attrs });
  if (!counts) note(pass, { name: op, path, reason: 'no counter is registered for this operation' });
  const { kind, reads } = traitsOf(node);
  const written = kind === 'view' ? 0 : sizeOf(shape);
  const read = kind === 'view' || reads === 'written' ? written : sizeOfAll(node.inputs);
  return { path, operator: op, counts: counts ?? {}, activations: written, bytes: (read + written) * FLOAT_BYTES };
}

function moduleEntry(node: OpNode<StandInAttributes>, pass: Pass): Entry {
  const { counts, reason, parameters } = node.attrs;
  const { path, moduleType, shape } = node;
  noteCall(pass, path, shape);
  if (reason) note(pass, { name: moduleType, path, reason });
  const written = sizeOf(shape);
  const bytes = counts?.bytes ?? (sizeOfAll(node.inputs) + parameters + written) * FLOAT_BYTES;
  return { path, operator: moduleType, counts: counts ?? {}, activations: counts?.activations ?? written, bytes };
}

function note(pass: Pass, found: Uncounted): void {
  const known = pass.uncounted.some(({ name, path }) => name === found.name && path === found.path);
  if (!known) pass.uncounted.push(found);
}

const sizeOfAll = (nodes: readonly GraphNode[]): number =>
  [...new Set(nodes)].reduce((sum, node) => sum + sizeOf(node.shape), 0);
