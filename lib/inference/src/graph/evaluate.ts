import { tf } from '../backend';
import { isComputed, isFixed, opOf, type GraphNode } from '../nn/ops';
import { tensorsOf, type GraphInput } from './inputs';
import { tensorOf } from './rewrite/values';
import type { Graph } from './trace';

/** How values are made and let go while a graph is walked: tensors, or what stands for them. */
export interface Semantics<V> {
  /** The value of an input, a parameter or a constant; asked once, before the first step that reads it. */
  source(node: GraphNode): V;
  /** The value of an operation. */
  compute(node: GraphNode, inputs: V[]): V;
  /** Told of each input's and each operation's value when no later step reads it. Default: nothing happens. */
  release?(value: V): void;
}

/** One operation of a graph, and the values that no later one reads. */
interface Step {
  node: GraphNode;
  finished: readonly GraphNode[];
}

function schedule(graph: Graph): Step[] {
  const last = new Map<GraphNode, GraphNode>();
  for (const node of graph.nodes) for (const input of node.inputs) last.set(input, node);
  return graph.nodes.filter(isComputed).map((node) => {
    const isFinished = (input: GraphNode): boolean =>
      !isFixed(input) && input !== graph.output && last.get(input) === node;
    return { node, finished: [...new Set(node.inputs)].filter(isFinished) };
  });
}

/** Walks a graph from its inputs to its output, which is returned. The one interpreter of graphs. */
export function interpret<V>(graph: Graph, { source, compute, release }: Semantics<V>, steps = schedule(graph)): V {
  const values = new Map<GraphNode, V>(graph.inputs.map((input) => [input, source(input)]));
  const read = (node: GraphNode): V => {
    if (!values.has(node)) values.set(node, source(node));
    return values.get(node) as V;
  };
  for (const { node, finished } of steps) {
    values.set(node, compute(node, node.inputs.map(read)));
    for (const input of finished) {
      release?.(read(input));
      values.delete(input);
    }
  }
  return read(graph.output);
}

/** Gives the tensor of a parameter or constant; it is not freed. */
export type FixedValues = (node: GraphNode) => tf.Tensor;

/** Settings of {@link evaluate}. */
export interface EvaluateOptions {
  /** Default: tensors of the values of this moment, freed at the end. */
  fixed?: FixedValues;
  /** Computes an operation in place of its kernel; undefined leaves it to the kernel. */
  compute?(node: GraphNode, inputs: tf.Tensor[]): tf.Tensor | undefined;
  /** Sees each input's and each operation's value when it is made; a returned tensor takes its place. */
  watch?(node: GraphNode, value: tf.Tensor): tf.Tensor | void;
  /**
   * Whether all intermediates live until the surrounding `tf.tidy` ends, as gradients need them, rather than to their
   * last use. Default false.
   */
  keep?: boolean;
}

/** The value of one operation, by its kernel. @throws when the operation is not defined */
export function computeNode(node: GraphNode, inputs: tf.Tensor[]): tf.Tensor {
  return opOf(node).kernel(inputs, node.attrs);
}

/**
 * Prepares a graph to be computed operation by operation, many times.
 *
 * @returns computes the output of one input, or of a list where the graph has several; they stay the caller's, and so
 *   does the result
 * @throws for an operation that is not defined
 */
export function evaluator(graph: Graph): (x: GraphInput, options?: EvaluateOptions) => tf.Tensor {
  const steps = schedule(graph);
  for (const { node } of steps) opOf(node);
  return (x, { fixed = tensorOf, compute, watch, keep = false } = {}) => {
    const tensors = tensorsOf(x, graph.inputs.length);
    const inputOf = (node: GraphNode): tf.Tensor => tf.clone(tensors[graph.inputs.indexOf(node)]);
    const enclose = (run: () => tf.Tensor): tf.Tensor => (keep ? run() : tf.tidy(run));
    const shown = (node: GraphNode, value: tf.Tensor): tf.Tensor => watch?.(node, value) ?? value;
    const semantics: Semantics<tf.Tensor> = {
      source: (node) => (isFixed(node) ? fixed(node) : enclose(() => shown(node, inputOf(node)))),
      compute: (node, inputs) => enclose(() => shown(node, compute?.(node, inputs) ?? computeNode(node, inputs))),
      ...(keep ? {} : { release: (value: tf.Tensor) => value.dispose() }),
    };
    return enclose(() => {
      const y = interpret(graph, semantics, steps);
      return isFixed(graph.output) ? tf.clone(y) : y;
    });
  };
}

/** Computes a graph once, operation by operation; see {@link evaluator}. The caller frees the result. */
export function evaluate(graph: Graph, x: GraphInput, options?: EvaluateOptions): tf.Tensor {
  return evaluator(graph)(x, options);
}
