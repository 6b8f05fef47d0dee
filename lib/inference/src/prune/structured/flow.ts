import type { Graph, GraphNode, ParameterReference } from '../../graph';
import type { Module } from '../../nn';
import { isConstant, isInput, isParameter } from '../../nn/ops';
import { headCounter } from './heads';
import { Labels, type AxisLabels } from './labels';
import type { Split } from './reshape';
import { ruleOf, type Flow, type Role } from './rules';

/** One axis of one parameter or buffer: a place where channels lie. */
export interface Member {
  path: string;
  module: Module;
  name: string;
  axis: number;
  /** Whether the axis holds what a layer makes (`out`), what it reads (`in`), or factors of a batch normalisation. */
  role: Role | null;
  labels: Int32Array;
}

/** A setting of a module that counts channels by groups or heads. */
export interface Counted {
  path: string;
  setting: 'groups' | 'heads';
  labels: Int32Array;
}

/** How channels depend on each other through a network. */
export interface Dependencies {
  labels: Labels;
  members: Member[];
  counted: Counted[];
  /** Labels of the constants of the graph by node, to check that a smaller network makes them alike. */
  constants: Map<GraphNode, readonly AxisLabels[]>;
  /** Labels of what slices take their part from, for the same check. */
  slices: Map<GraphNode, readonly AxisLabels[]>;
}

/**
 * Follows the channels of every parameter through the traced network and joins those that must go together, as the
 * dependency graph of Fang et al. 2023 ("DepGraph: Towards Any Structural Pruning") does, but position by position, so
 * that slices, concatenations and flattening need no bookkeeping of their own.
 */
export function dependencies(graph: Graph): Dependencies {
  const labels = new Labels();
  const result: Dependencies = { labels, members: [], counted: [], constants: new Map(), slices: new Map() };
  const known = new Map<GraphNode, readonly AxisLabels[]>();
  const modules = new Map(graph.net.namedModules());
  const flow: Flow = {
    labels,
    role(node, input, axis, role) {
      const member = membersOf(node.inputs[input], result.members).find((each) => each.axis === axis);
      if (member) member.role = role;
    },
    groups: (node, each) => void result.counted.push({ path: pathOf(node.inputs[1]), setting: 'groups', labels: each }),
    sliced: (node, axes) => void result.slices.set(node, axes),
    heads(node, { parts, labels: each }: Split) {
      const module = modules.get(node.path);
      if (!module || headCounter(module)?.heads !== parts) return false;
      result.counted.push({ path: node.path, setting: 'heads', labels: each });
      return true;
    },
  };
  for (const node of graph.nodes) known.set(node, labelsOf(node, known, flow, result));
  for (const axis of known.get(graph.output) ?? []) labels.protect(axis, 'it is the output of the network');
  return result;
}

const pathOf = (node: GraphNode): string => node.parameter?.path ?? node.path;

function membersOf({ parameter }: GraphNode, members: readonly Member[]): Member[] {
  return members.filter(({ module, name }) => module === parameter?.module && name === parameter.name);
}

function labelsOf(
  node: GraphNode,
  known: Map<GraphNode, readonly AxisLabels[]>,
  flow: Flow,
  result: Dependencies,
): readonly AxisLabels[] {
  const { labels } = flow;
  if (isInput(node)) {
    return node.shape.map((size, axis) => {
      const fresh = axis === node.shape.length - 1 ? labels.axis(size) : null;
      labels.protect(fresh, 'it is the input of the network');
      return fresh;
    });
  }
  if (isParameter(node)) return parameterLabels(node, labels, result.members);
  if (isConstant(node)) {
    const axes = node.shape.map((size) => labels.axis(size));
    result.constants.set(node, axes);
    return axes;
  }
  const inputs = node.inputs.map((input) => known.get(input) as readonly AxisLabels[]);
  const rule = ruleOf(node);
  if (rule) return rule(node, inputs, flow);
  for (const axis of inputs.flat()) labels.protect(axis, `structured pruning does not know the operation '${node.op}'`);
  return node.shape.map(() => null);
}

function parameterLabels(
  node: GraphNode & { parameter: ParameterReference },
  labels: Labels,
  members: Member[],
): AxisLabels[] {
  const { path, module, name } = node.parameter;
  const kernel = (module.parameterSlot(name) ?? module.bufferSlot(name))?.layout === 'conv';
  return node.shape.map((size, axis) => {
    const fresh = kernel && axis < 2 ? null : labels.axis(size);
    if (fresh) members.push({ path, module, name, axis, role: null, labels: fresh });
    return fresh;
  });
}
