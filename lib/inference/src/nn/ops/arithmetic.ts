import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, shapeText, type Application, type NoAttributes, type Operation, type Shape } from './definition';
import { broadcastOperands } from './onnx-layout';

function broadcast(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Shape, i: number): number => shape[shape.length - rank + i] ?? 1;
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [at(a, i), at(b, i)];
    if (m !== n && m !== 1 && n !== 1)
      throw new Error(`${op} cannot combine shapes ${shapeText(a)} and ${shapeText(b)}.`);
    return m === 1 ? n : m;
  });
}

function binary(
  name: string,
  kernel: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  node: string,
  onnxNode: string,
): Operation<NoAttributes, [a: tf.Tensor, b: tf.Tensor]> {
  return defineOp({
    name,
    traits: { kind: 'join' },
    signature: (a: tf.Tensor, b: tf.Tensor): Application<NoAttributes> => ({ inputs: [a, b], attrs: {} }),
    shape: ([a, b]) => broadcast(name, a, b),
    kernel: ([a, b]) => kernel(a, b),
    count: () => ({}),
    tensorflow: (emit, inputs) => emit.node(node, inputs, FLOAT),
    onnx(emit, { inputs }) {
      const { names, layout } = broadcastOperands(emit, inputs);
      return { name: emit.node(onnxNode, names), layout };
    },
  });
}

/** Sum of two tensors, with broadcasting. */
export const add = binary('add', (a, b) => tf.add(a, b), 'AddV2', 'Add');
/** Product of two tensors element by element, with broadcasting. */
export const multiply = binary('multiply', (a, b) => tf.mul(a, b), 'Mul', 'Mul');
