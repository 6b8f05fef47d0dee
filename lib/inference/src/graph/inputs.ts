import { integer, got, oneOf, positiveIntegers } from '../check';
import type { Module } from '../nn';
import { embedding, isInput, isOp, shapeText, toFloat, type GraphNode, type Shape } from '../nn/ops';
import type { tf } from '../backend';
import type { Graph } from './trace';

/** One input of a network. */
export interface InputSpec {
  /** What files call it. Default: as the network says (`inputNames`), else `input`, and `input_1` and on for more. */
  name?: string;
  /** Its shape, the batch first. */
  shape: Shape;
  /** Default: int32 where operations on integers read it, such as embeddings; else float32. */
  dtype?: 'float32' | 'int32';
}

/** What a network is traced with: the shape of its input, or a list with one entry for each of several inputs. */
export type InputShapes = Shape | ReadonlyArray<Shape | InputSpec>;

/** The tensor of a network's only input, or a list of those of all. */
export type GraphInput = tf.Tensor | readonly tf.Tensor[];

/** An input as a graph has it: everything known. */
export type KnownInput = Required<InputSpec>;

/** Names that graphs use themselves. */
const RESERVED = /^(output|net|weights_\d+)$/;

const isShape = (shapes: InputShapes): shapes is Shape => shapes.length === 0 || typeof shapes[0] !== 'object';

/** The shapes of all inputs. */
export const shapesOf = (shapes: InputShapes): Shape[] =>
  isShape(shapes)
    ? [shapes]
    : shapes.map((each) => (Array.isArray(each) ? (each as Shape) : (each as InputSpec).shape));

function checkShape(what: string, shape: unknown): void {
  const hint = 'give the batch first, such as [1, 224, 224, 3]';
  positiveIntegers(`The input shape of ${what}`, shape, { least: 2, hint });
}

/**
 * The inputs that shapes stand for, checked.
 *
 * @param what was called with them, for messages: `graph.trace`
 */
export function inputSpecs(
  what: string,
  shapes: InputShapes,
  names: readonly string[],
): Array<InputSpec & { name: string }> {
  if (!Array.isArray(shapes) || isShape(shapes)) {
    checkShape(what, shapes);
    return [{ name: names[0] ?? 'input', shape: shapes as Shape }];
  }
  const specs = (shapes as ReadonlyArray<Shape | InputSpec>).map((each, i) => {
    const { shape, name, dtype }: InputSpec = Array.isArray(each) ? { shape: each as Shape } : (each as InputSpec);
    checkShape(what, shape);
    if (dtype !== undefined) oneOf('dtype', dtype, ['float32', 'int32'] as const);
    return { shape, dtype, name: checkName(name ?? names[i] ?? (i === 0 ? 'input' : `input_${i}`)) };
  });
  const [
    {
      shape: [batch],
    },
  ] = specs;
  const other = specs.find(({ shape }) => shape[0] !== batch);
  if (other)
    throw new Error(
      `All inputs must have the same batch, their first dimension, got ${specs.map(({ shape }) => shapeText(shape)).join(' and ')}.`,
    );
  const twice = specs.find(({ name }, i) => specs.findIndex((each) => each.name === name) < i);
  if (twice) throw new Error(`Two inputs are named '${twice.name}': give each a name of its own.`);
  return specs;
}

function checkName(name: string): string {
  if (/^[A-Za-z]\w*$/.test(name) && !RESERVED.test(name)) return name;
  throw new Error(
    `The name of an input must be letters, digits and underscores, and none of 'output', 'net' and 'weights_0', got ${got(name)}.`,
  );
}

/** Names that a network gives its inputs, in the order of `forward`'s arguments. */
export const inputNamesOf = (net: Module): readonly string[] => net.inputNames ?? [];

/** What files call an input. */
export const nameOfInput = ({ attrs }: GraphNode): string => attrs.name as string;

/** The inputs of a graph, as `graph.trace` takes them. @param batch in place of the one traced */
export function inputsOf(graph: Graph, batch?: number): KnownInput[] {
  return graph.inputs.map((node) => ({
    name: nameOfInput(node),
    shape: batch === undefined ? node.shape : [integer('batch', batch, { min: 1 }), ...node.shape.slice(1)],
    dtype: node.dtype,
  }));
}

/** The tensors of all inputs. @throws when they are not as many as the graph has */
export function tensorsOf(x: GraphInput, count: number): readonly tf.Tensor[] {
  const tensors = Array.isArray(x) ? (x as readonly tf.Tensor[]) : [x as tf.Tensor];
  if (tensors.length === count) return tensors;
  throw new Error(
    `The network was traced with ${count} ${count === 1 ? 'input' : 'inputs'}, got ${tensors.length}: give as many tensors as it was traced with.`,
  );
}

/** How many rows the smallest table has that an input of integers picks from; Infinity where none does. */
export function rowLimit(graph: Graph, input: GraphNode): number {
  const tables = graph.nodes.filter((node) => isOp(node, embedding) && node.inputs[1] === input);
  return Math.min(...tables.map(({ inputs: [table] }) => table.shape[0]));
}

/** The type that operations read an input with; undefined as long as none has. */
export class InputTypes {
  private readonly known = new Set<GraphNode>();

  /** Takes the type of a node as given. */
  settle(node: GraphNode): void {
    this.known.add(node);
  }

  /**
   * An operation reads a node: its first reader says what an input is, others must agree. @throws where they do not
   *
   * @param op its name
   */
  read(node: GraphNode, op: string, dtype: 'float32' | 'int32'): void {
    if (isInput(node) && !this.known.has(node)) node.dtype = dtype;
    this.known.add(node);
    if (node.dtype === dtype) return;
    throw new Error(
      dtype === 'int32'
        ? `${op} expects integers (int32): an input of the network or a tensor of integers, got values of ` +
            `'${node.op}', which are float32.`
        : `${op} expects float32 values, got the integers of input '${nameOfInput(node)}': write ` +
            `F.${toFloat.name}(x) (F is nn.functional) where real numbers are wanted.`,
    );
  }
}
