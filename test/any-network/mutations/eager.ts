import { fault, type Area } from './mutation';

/** What `forward` itself computes, and the shapes that are said of it. */
export const EAGER: Area = {
  area: 'eager kernels, shapes',
  reader: 'compiled',
  mutations: [
    fault(
      'strides of a convolution swapped',
      'nn/ops/conv-native.js',
      'strides: [1, ...stride, 1],',
      'strides: [1, stride[1], stride[0], 1],',
    ),
    fault(
      'padding of a convolution swapped',
      'nn/ops/conv-native.js',
      'explicit_paddings: [0, 0, h, h, v, v, 0, 0] }',
      'explicit_paddings: [0, 0, v, v, h, h, 0, 0] }',
    ),
    fault(
      'any padding called SAME where it is enough',
      'nn/ops/conv-native.js',
      'Math.max(needed, 0) === 2 * padding',
      'Math.max(needed, 0) <= 2 * padding',
    ),
    fault('bias of a convolution dropped', 'nn/ops/conv.js', 'return b ? backend_1.tf.add(y, b) : y;', 'return y;'),
    fault(
      'bias of a dense layer dropped',
      'nn/ops/linear.js',
      'const y = b ? backend_1.tf.add(product, b) : product;',
      'const y = product;',
    ),
    fault(
      'GELU with a rounded constant',
      'nn/ops/activation.js',
      'backend_1.tf.mul(x, Math.SQRT1_2)',
      'backend_1.tf.mul(x, 0.7)',
    ),
    fault(
      'hard sigmoid shifted',
      'nn/ops/activation.js',
      'backend_1.tf.relu6(backend_1.tf.add(x, 3))',
      'backend_1.tf.relu6(backend_1.tf.add(x, 2.9))',
    ),
    fault(
      'epsilon of layer normalisation fixed',
      'nn/ops/normalization.js',
      'backend_1.tf.square(centred), -1, true), epsilon)',
      'backend_1.tf.square(centred), -1, true), 1e-5)',
    ),
    fault(
      'scale and offset of batch normalisation swapped',
      'nn/ops/normalization.js',
      'backend_1.tf.batchNorm(x, mean, variance, offset, scale, epsilon)',
      'backend_1.tf.batchNorm(x, mean, variance, scale, offset, epsilon)',
    ),
    fault(
      'length for l2Normalize along the wrong axis',
      'nn/ops/normalization.js',
      'backend_1.tf.square(x), -1, true)',
      'backend_1.tf.square(x), 1, true)',
    ),
    fault('maximum over padding of zeros', 'nn/ops/pooling.js', 'padValue: LOWEST', 'padValue: 0'),
    fault('average over padding of ones', 'nn/ops/pooling.js', 'padValue: 0,', 'padValue: 1,'),
    fault(
      'shape of a slice to the end',
      'nn/ops/shape.js',
      '(size[i] === -1 ? n - begin[i] : size[i])',
      '(size[i] === -1 ? n : size[i])',
    ),
  ],
};
