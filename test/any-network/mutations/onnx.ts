import { fault, type Area } from './mutation';

/** ONNX files of float networks. */
export const ONNX: Area = {
  area: 'ONNX, float',
  reader: 'exported',
  mutations: [
    fault(
      'padding of a convolution in the wrong order',
      'nn/ops/conv.js',
      'pads: { ints: [...padding, ...padding] },',
      'pads: { ints: [padding[0], padding[0], padding[1], padding[1]] },',
    ),
    fault(
      'kernel with height and width swapped',
      'nn/ops/conv.js',
      'emit.weights(1, [3, 2, 0, 1])',
      'emit.weights(1, [3, 2, 1, 0])',
    ),
    fault(
      'stride of pooling in the file from its window',
      'nn/ops/pooling.js',
      'strides: { ints: stride },',
      'strides: { ints: kernelSize },',
    ),
    fault(
      'average without its padding',
      'nn/ops/pooling.js',
      'count_include_pad: { i: 1 }',
      'count_include_pad: { i: 0 }',
    ),
    fault(
      'mean and variance of normalisation swapped in the file',
      'nn/ops/normalization.js',
      '[value, scale, offset, mean, variance]',
      '[value, scale, offset, variance, mean]',
    ),
    fault('axis not moved with the layout', 'nn/ops/onnx-layout.js', '[0, 2, 3, 1]', '[0, 1, 2, 3]'),
    fault(
      'starts of a slice not moved with the layout',
      'nn/ops/onnx-layout.js',
      'return [n, c, h, w];',
      'return [n, h, w, c];',
    ),
    fault(
      'vector over channels spread over columns',
      'nn/ops/onnx-layout.js',
      '[shapes[i].at(-1) ?? 1, 1, 1]',
      '[1, 1, shapes[i].at(-1) ?? 1]',
    ),
    fault(
      'constants of a file known by name',
      'onnx/builder.js',
      "[name, dtype, shape.join('x'), digest].join(' ')",
      "[name, dtype, shape.join('x')].join(' ')",
    ),
    fault(
      'GELU by its approximation',
      'nn/ops/activation.js',
      "callOnnx('Gelu')",
      "(emit, x) => emit.node('Gelu', [x], { approximate: { s: 'tanh' } })",
    ),
    fault('hard sigmoid with another offset', 'nn/ops/activation.js', 'beta: { f: 0.5 }', 'beta: { f: 0.45 }'),
    fault(
      'end of a slice without its start',
      'nn/ops/shape.js',
      'Number.MAX_SAFE_INTEGER : start + size[i]',
      'Number.MAX_SAFE_INTEGER : size[i]',
    ),
    fault(
      'padding of a picture only in front',
      'nn/ops/shape.js',
      '...ordered.map(([, after]) => after)',
      '...ordered.map(([a]) => a)',
    ),
    fault('the bias of a dense layer left out of the file', 'nn/ops/linear.js', 'b ? [emit.weights(2)] : []', '[]'),
  ],
};
