import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, shapeText, sizeOf, type Application, type TensorFlowAttribute } from './definition';
import { axisIn, inLayout, plain } from './onnx-layout';

/** Zeros before and after each dimension. */
type Paddings = ReadonlyArray<readonly [number, number]>;

const INDEX: Readonly<Record<string, TensorFlowAttribute>> = { ...FLOAT, Tshape: { type: 'int32' } };

/** New shape, same elements; one dimension may be -1. Layers give the leading one as -1, so that any batch size fits. */
export const reshape = defineOp({
  name: 'reshape',
  traits: { kind: 'view', keepsValues: true },
  signature: (x: tf.Tensor, shape: readonly number[]): Application<{ shape: readonly number[] }> => ({
    inputs: [x],
    attrs: { shape },
  }),
  shape([x], { shape }) {
    const known = sizeOf(shape.filter((n) => n !== -1));
    const rest = sizeOf(x) / known;
    const whole = shape.every(Number.isInteger) && Number.isInteger(rest);
    const fits = whole && (shape.includes(-1) || rest === 1);
    if (!fits)
      throw new Error(`reshape cannot turn shape ${shapeText(x)} (${sizeOf(x)} elements) into ${shapeText(shape)}.`);
    return shape.map((n) => (n === -1 ? rest : n));
  },
  kernel: ([x], { shape }) => tf.reshape(x, [...shape]),
  count: () => ({}),
  tensorflow: (emit, [x], { attrs }) => emit.node('Reshape', [x, emit.ints(attrs.shape)], INDEX),
  onnx: (emit, { attrs }) => plain(emit.node('Reshape', [emit.input(0), emit.ints(attrs.shape)])),
});

/** Reorders dimensions: output dimension i is input dimension `order[i]`. */
export const transpose = defineOp({
  name: 'transpose',
  traits: { kind: 'move', keepsValues: true },
  signature: (x: tf.Tensor, order: readonly number[]): Application<{ order: readonly number[] }> => ({
    inputs: [x],
    attrs: { order },
  }),
  shape([x], { order }) {
    if (order.length !== x.length)
      throw new Error(`transpose of shape ${shapeText(x)} expects ${x.length} dimensions, got ${shapeText(order)}.`);
    return order.map((i) => x[i]);
  },
  kernel: ([x], { order }) => tf.transpose(x, [...order]),
  count: () => ({}),
  tensorflow: (emit, [x], { attrs }) =>
    emit.node('Transpose', [x, emit.ints(attrs.order)], { ...FLOAT, Tperm: { type: 'int32' } }),
  onnx(emit, { attrs }) {
    // A picture made in nchw order already is what this reordering asks for.
    if (attrs.order.join() === '0,3,1,2' && emit.layoutOf(0) === 'nchw') return plain(emit.input(0, 'nchw'));
    return plain(emit.node('Transpose', [emit.input(0)], { perm: { ints: attrs.order } }));
  },
});

/** Joins tensors along one dimension. */
export const concat = defineOp({
  name: 'concat',
  traits: { kind: 'move' },
  signature: (parts: tf.Tensor[], axis: number): Application<{ axis: number }> => ({ inputs: parts, attrs: { axis } }),
  shape(inputs, { axis }) {
    const [first] = inputs;
    for (const other of inputs) {
      if (other.length !== first.length || other.some((n, i) => i !== axis && n !== first[i])) {
        throw new Error(`concat along dimension ${axis} cannot join shapes ${inputs.map(shapeText).join(' and ')}.`);
      }
    }
    return first.map((n, i) => (i === axis ? inputs.reduce((sum, s) => sum + s[axis], 0) : n));
  },
  kernel: (inputs, { axis }) => tf.concat(inputs, axis),
  count: () => ({}),
  tensorflow(emit, inputs, { attrs }) {
    if (inputs.length === 1) return emit.node('Identity', inputs, FLOAT);
    const settings = { ...FLOAT, Tidx: { type: 'int32' } as const, N: { i: inputs.length } };
    return emit.node('ConcatV2', [...inputs, emit.ints([attrs.axis], [])], settings);
  },
  onnx(emit, { inputs, attrs }) {
    const layout = inputs.every((_, i) => emit.layoutOf(i) === 'nchw') ? 'nchw' : 'plain';
    return {
      name: emit.node(
        'Concat',
        inputs.map((_, i) => emit.input(i, layout)),
        { axis: { i: axisIn(layout, attrs.axis) } },
      ),
      layout,
    };
  },
});

/** Part of a tensor: `size[i]` elements from `begin[i]` on; size -1 takes all that follow (always so for the batch). */
export const slice = defineOp({
  name: 'slice',
  traits: { kind: 'move', reads: 'written', keepsValues: true },
  signature: (
    x: tf.Tensor,
    begin: readonly number[],
    size: readonly number[],
  ): Application<{ begin: readonly number[]; size: readonly number[] }> => ({ inputs: [x], attrs: { begin, size } }),
  shape([x], { begin, size }) {
    const result = x.map((n, i) => (size[i] === -1 ? n - begin[i] : size[i]));
    if (result.some((n, i) => n < 1 || begin[i] + n > x[i])) {
      throw new Error(
        `slice from ${shapeText(begin)} of size ${shapeText(size)} does not lie inside shape ${shapeText(x)}.`,
      );
    }
    return result;
  },
  kernel: ([x], { begin, size }) => tf.slice(x, [...begin], [...size]),
  count: () => ({}),
  tensorflow(emit, [x], { attrs }) {
    return emit.node('Slice', [x, emit.ints(attrs.begin), emit.ints(attrs.size)], {
      ...FLOAT,
      Index: { type: 'int32' },
    });
  },
  onnx(emit, { attrs: { begin, size } }) {
    const layout = emit.layoutOf(0);
    const ends = begin.map((start, i) => (size[i] === -1 ? Number.MAX_SAFE_INTEGER : start + size[i]));
    return {
      name: emit.node('Slice', [
        emit.input(0, layout),
        emit.ints(inLayout(layout, begin)),
        emit.ints(inLayout(layout, ends)),
      ]),
      layout,
    };
  },
});

/** Zeros before and after each dimension. */
export const pad = defineOp({
  name: 'pad',
  traits: { kind: 'move' },
  signature: (x: tf.Tensor, paddings: Paddings): Application<{ paddings: Paddings }> => ({
    inputs: [x],
    attrs: { paddings },
  }),
  shape: ([x], { paddings }) => x.map((n, i) => n + paddings[i][0] + paddings[i][1]),
  kernel: ([x], { paddings }) =>
    tf.pad(
      x,
      paddings.map(([a, b]) => [a, b]),
    ),
  count: () => ({}),
  tensorflow(emit, [x], { attrs }) {
    return emit.node('Pad', [x, emit.ints(attrs.paddings.flat(), [attrs.paddings.length, 2])], {
      ...FLOAT,
      Tpaddings: { type: 'int32' },
    });
  },
  onnx(emit, { attrs: { paddings } }) {
    const layout = emit.layoutOf(0);
    const ordered = inLayout(layout, paddings);
    // With the axes named: onnxruntime merges a Pad without them into the pooling behind it, where zeros no longer count
    // as values of a maximum, and padding as large as the window is refused.
    const axes = ordered.map((_, i) => i);
    const pads = [...ordered.map(([before]) => before), ...ordered.map(([, after]) => after)];
    return {
      name: emit.node('Pad', [emit.input(0, layout), emit.ints(pads), emit.floats([0], []), emit.ints(axes)]),
      layout,
    };
  },
});

/** Mean over some dimensions, which are left out of the result unless `keepDims` is true. */
export const mean = defineOp({
  name: 'mean',
  traits: { kind: 'reduction' },
  signature: (
    x: tf.Tensor,
    axes: readonly number[],
    keepDims?: boolean,
  ): Application<{ axes: readonly number[]; keepDims: boolean }> => ({
    inputs: [x],
    attrs: { axes, keepDims: keepDims ?? false },
  }),
  shape: ([x], { axes, keepDims }) =>
    keepDims ? x.map((n, i) => (axes.includes(i) ? 1 : n)) : x.filter((_, i) => !axes.includes(i)),
  kernel: ([x], { axes, keepDims }) => tf.mean(x, [...axes], keepDims),
  count: () => ({}),
  tensorflow(emit, [x], { attrs }) {
    return emit.node('Mean', [x, emit.ints(attrs.axes)], {
      ...FLOAT,
      Tidx: { type: 'int32' },
      keep_dims: { b: attrs.keepDims },
    });
  },
  onnx: (emit, { attrs }) =>
    plain(emit.node('ReduceMean', [emit.input(0), emit.ints(attrs.axes)], { keepdims: { i: attrs.keepDims ? 1 : 0 } })),
});
