import type { Attributes, OpDefinition, Traits } from './definition';
import { findOp } from './define';
import type { GraphNode, ParameterReference } from './symbol';

/** What stands in place of an operation's name in the nodes that are none. */
export const SOURCE = { input: 'input', parameter: 'parameter', constant: 'constant', module: 'module' } as const;

/** A node of one operation, its attributes typed. */
export type OpNode<A> = GraphNode & { attrs: A };

/** Whether a node stands for an input of the network. */
export const isInput = (node: GraphNode): boolean => node.op === SOURCE.input;

/** Whether a node is a parameter or buffer of a module. */
export const isParameter = (node: GraphNode): node is GraphNode & { parameter: ParameterReference } =>
  node.op === SOURCE.parameter;

/** Whether a node is a constant. */
export const isConstant = (node: GraphNode): node is GraphNode & { constant: NonNullable<GraphNode['constant']> } =>
  node.op === SOURCE.constant;

/** Whether a node's value is known before any picture comes. */
export const isFixed = (node: GraphNode): boolean => isConstant(node) || isParameter(node);

/** Whether a node stands for a module that the trace stepped over; its attributes are those that the trace was given for it. */
export function isStandIn<A extends Attributes>(node: GraphNode): node is OpNode<A> {
  return node.op === SOURCE.module;
}

/** Whether a node computes something: it is no input, and its value is not fixed. */
export const isComputed = (node: GraphNode): boolean => !isInput(node) && !isFixed(node);

/** Whether a node is of the operation given; narrows its attributes. */
export function isOp<A extends Attributes>(node: GraphNode | undefined, op: OpDefinition<A>): node is OpNode<A> {
  return node?.op === op.name;
}

const UNKNOWN: Traits = { kind: 'other' };

/** What is known of a node's operation without a rule for it; kind `other` for nodes that are no defined operation. */
export const traitsOf = (node: GraphNode): Traits => findOp(node.op)?.traits ?? UNKNOWN;

/** What one reader of graphs does with single operations, by their definitions. */
export class OpRules<Arguments extends unknown[], Result> {
  private readonly rules = new Map<OpDefinition, (node: GraphNode, ...args: Arguments) => Result>();

  /** Gives operations a rule, in place of the one they may have; it gets their attributes typed. */
  set<A extends Attributes>(
    ops: OpDefinition<A> | ReadonlyArray<OpDefinition<A>>,
    rule: (node: OpNode<A>, ...args: Arguments) => Result,
  ): this {
    for (const op of [ops].flat() as OpDefinition[])
      this.rules.set(op, rule as (node: GraphNode, ...args: Arguments) => Result);
    return this;
  }

  /** The rule for a node, or undefined. */
  of(node: GraphNode): ((node: GraphNode, ...args: Arguments) => Result) | undefined {
    const op = findOp(node.op);
    return op && this.rules.get(op);
  }
}
