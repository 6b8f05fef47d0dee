import type { Attributes, BatchPlace, GraphNode, OpNode } from '../../nn/ops';
import { KEEP_APART, refuse } from './refusal';

/** One operation that reads pictures, as two traces saw it. */
export interface Use {
  /** The node of the other trace. */
  other: GraphNode;
  /** Where the batch lies in each input; undefined for those without one. */
  places: ReadonlyArray<BatchPlace | undefined>;
  /** The batch sizes of the two traces. */
  batches: readonly [number, number];
}

/** Where the batch lies in the output, and attributes that fit every batch size where the recorded ones do not. */
export interface Found {
  place: BatchPlace;
  attrs?: Attributes;
}

export type OpRule<A> = (node: OpNode<A>, use: Use) => Found;
export type Rule = (node: GraphNode, use: Use) => Found;

export const sameFolding = (a: BatchPlace, b: BatchPlace): boolean => a.outer === b.outer && a.inner === b.inner;
export const same = (a: BatchPlace | undefined, b: BatchPlace | undefined): boolean =>
  a === b || (!!a && !!b && a.axis === b.axis && sameFolding(a, b));

export const mixes = (op: string): never => refuse(`${op} mixes the pictures of a batch`, KEEP_APART);

/** The batch of input 0, which all others are without. */
export function onlyFirst({ op }: GraphNode, { places: [place, ...others] }: Use): BatchPlace {
  if (!place || others.some(Boolean))
    refuse(
      `${op} takes weights or statistics that are made from pictures`,
      'make them from parameters and constants, or compute with F.matmul, F.add and F.multiply',
    );
  return place;
}
