import { placeText } from '../../nn';
import {
  gather,
  isConstant,
  isFixed,
  isInput,
  isOp,
  shapeText,
  traitsOf,
  type Attributes,
  type BatchPlace,
  type GraphNode,
} from '../../nn/ops';
import { bytesOf } from '../../files';
import { valueOf } from '../rewrite';
import { BatchError, refuse } from './refusal';
import { repeatedValues, type Repeated } from './repeats';
import { followOperation, mayNameBatch } from './rules';

/** What is known of a node for every batch size. */
export interface Flowing {
  place?: BatchPlace;
  /** In place of the recorded ones. */
  attrs?: Attributes;
  /** Set where the value is the same for every picture, and only as large as the batch. */
  repeated?: Repeated;
}

const NO_CONDITION = 'write it without conditions and loops that depend on x.shape[0]';

/** Follows the batch through a trace while a second one, of another batch size, is recorded. */
export class BatchFlow {
  readonly known: Flowing[] = [];
  /** Inputs of joins that broadcast a repeated value without its being repeated: [node, index of the input]. */
  readonly broadcast = new Map<GraphNode, Set<number>>();
  private failure?: Error;

  constructor(
    private readonly nodes: readonly GraphNode[],
    private readonly batches: readonly [number, number],
  ) {}

  /** Compares the next node of the second trace with that of the first. @throws BatchError */
  readonly follow = (other: GraphNode): void => {
    this.known.push(this.at(other, () => this.flowing(other)));
    delete other.constant; // compared, and not needed again
  };

  /** Runs `body`; its refusal names the module that made the node, and is kept in case `forward` catches it. */
  private at<T>(node: GraphNode, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw (this.failure ??=
        error instanceof BatchError ? new BatchError(inModule(node, error.message)) : (error as Error));
    }
  }

  /** After the second trace: whether it was as long, and `forward` let no refusal vanish. */
  finish(output: GraphNode, otherOutput: GraphNode): void {
    if (this.failure) throw this.failure;
    const missing = this.nodes[this.known.length];
    if (missing) this.at(missing, () => this.refuseOther(missing));
    this.at(output, () => {
      if (output.id !== otherOutput.id) refuse('forward returns another value for another batch size', NO_CONDITION);
    });
  }

  private refuseOther(node: GraphNode | undefined, other?: GraphNode): never {
    const [a, b] = this.batches;
    const text = (each?: GraphNode): string => (each ? `${each.op} ${shapeText(each.shape)}` : 'nothing more');
    return refuse(
      `forward computes ${text(node)} for a batch of ${a}, and ${text(other)} in its place for a batch of ${b}`,
      NO_CONDITION,
    );
  }

  private flowing(other: GraphNode): Flowing {
    const node = this.nodes[other.id];
    if (!node) return this.refuseOther(node, other);
    const alike =
      node.op === other.op &&
      node.path === other.path &&
      node.dtype === other.dtype &&
      node.inputs.length === other.inputs.length &&
      node.inputs.every(({ id }, i) => id === other.inputs[i].id) &&
      node.parameter?.module === other.parameter?.module &&
      node.parameter?.name === other.parameter?.name;
    if (!alike) this.refuseOther(node, other);
    if (isInput(node)) return { place: { axis: 0, outer: 1, inner: 1 } };
    if (isConstant(node)) return this.constant(node, other);
    const places = node.inputs.map(({ id }) => this.known[id].place);
    if (isFixed(node) || !places.some(Boolean)) return this.fixed(node, other);
    return this.operation(node, other, places);
  }

  private constant(node: GraphNode, other: GraphNode): Flowing {
    const [data, otherData] = [node, other].map(valueOf);
    if (isEqual(node.shape, other.shape) && Buffer.compare(bytesOf(data), bytesOf(otherData)) === 0) return {};
    return this.repeated(
      repeatedValues(
        { data, shape: node.shape, batch: this.batches[0] },
        { data: otherData, shape: other.shape, batch: this.batches[1] },
      ),
      `A constant of shape ${shapeText(node.shape)} has values that depend on the batch size, or on chance`,
    );
  }

  /** What does not depend on the input, but may name the batch size. */
  private fixed(node: GraphNode, other: GraphNode): Flowing {
    if (isEqual(node.attrs, other.attrs) && isEqual(node.shape, other.shape)) return {};
    const rows = ({ attrs }: GraphNode, batch: number) => {
      const data = attrs.indices as readonly number[];
      return { data, shape: [data.length], batch };
    };
    const [a, b] = this.batches;
    return this.repeated(
      isOp(node, gather) ? repeatedValues(rows(node, a), rows(other, b)) : undefined,
      `${node.op} makes of parameters and constants a value that depends on the batch size`,
    );
  }

  private repeated(repeated: Repeated | undefined, what: string): Flowing {
    if (!repeated)
      return refuse(
        what,
        'make it without x.shape[0], or the same for every picture, such as tf.zeros([x.shape[0], 1])',
      );
    const { axis, outer, times } = repeated.attrs;
    return { place: { axis, outer, inner: repeated.perPicture / outer }, repeated: times > 0 ? repeated : undefined };
  }

  private operation(node: GraphNode, other: GraphNode, places: Array<BatchPlace | undefined>): Flowing {
    if (!mayNameBatch(node) && !isEqual(node.attrs, other.attrs))
      refuse(`The settings of ${node.op} depend on the batch size`, 'write them without x.shape[0]');
    if (traitsOf(node).kind === 'join') this.broadcastAlike(node, places);
    return followOperation(node, { other, places, batches: this.batches });
  }

  /** A value that is alike along the whole dimension of the batch needs no repetition where it meets one that has it. */
  private broadcastAlike(node: GraphNode, places: Array<BatchPlace | undefined>): void {
    const alike = node.inputs.map(({ id }, i) => isAlike(this.known[id].repeated, places[i]));
    if (alike.filter(Boolean).length !== 1) return;
    const index = alike.indexOf(true);
    const [place, model] = [places[index], places[1 - index]];
    const at = (i: number): number => (places[i]?.axis ?? NaN) - node.inputs[i].shape.length;
    if (!place || !model || at(0) !== at(1) || place.outer * place.inner !== model.outer * model.inner) return;
    places[index] = { ...model, axis: place.axis };
    this.broadcast.set(node, new Set([index]));
  }
}

const inModule = ({ path, moduleType }: GraphNode, text: string): string =>
  `In ${placeText(path, moduleType)}: ${text}`;

const isAlike = (repeated: Repeated | undefined, place: BatchPlace | undefined): boolean =>
  repeated !== undefined && place !== undefined && repeated.shape[place.axis] === 1;

/** Whether two settings, plain values as they are, are the same. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, i) => isEqual(value, b[i]));
  const [entries, others] = [Object.entries(a), b as Record<string, unknown>];
  return entries.length === Object.keys(b).length && entries.every(([key, value]) => isEqual(value, others[key]));
}
