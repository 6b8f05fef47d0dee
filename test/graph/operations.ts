import { nn, tf } from 'scalable-inference';
import { noise } from '../support/gradients';

const F = nn.functional;

/** What one operation promises to the readers of graphs, on an example. */
export interface Promises {
  /** Shape of the first input: a layer makes it in the networks of some tests, so its last dimension counts channels. */
  x: number[];
  /** Shapes of the inputs that are parameters. */
  weights?: number[][];
  /** Shape of a second input, of integers from 0 to 7. Default: there is none. */
  integers?: number[];
  run(x: tf.Tensor, weights: tf.Tensor[], integers: tf.Tensor): tf.Tensor;
  /** Multiply-adds by the conventions macs, ptflops and fvcore. */
  counts: [macs: number, ptflops: number, fvcore: number];
  /**
   * Behind and before a quantized layer: computes in 8 bits (`int8`), moves integers (`moves`), computes in float
   * (`float`), moves values in float and is no layer (`silent`), or becomes part of the layer before it (`folded`).
   */
  int8: 'int8' | 'moves' | 'float' | 'silent' | 'folded';
  /** Whether channels before it can be cut, or the reason why not. */
  prune: 'cut' | RegExp;
  /** The refusal of ONNX export. Default: it is exported. */
  onnx?: RegExp;
  /** Whether only TensorFlow's oneDNN kernels run it. Default false. */
  oneDnn?: true;
  /** Whether its gradients are those of what it computes. Default true; rounding has none. */
  gradient?: false;
}

const PICTURE = [2, 4, 4, 6];
const TOKENS = [2, 4, 6];
const ROWS = [2, 6];
const NONE: Promises['counts'] = [0, 0, 0];
const CONV = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
const GRID = { scale: 1 / 64, zeroPoint: 128, min: 0, max: 255, dtype: 'quint8' };
const across = (name: string): RegExp => new RegExp(`${name}.* works across it`);
const unknownToPruning = (name: string): RegExp => new RegExp(`does not know the operation '${name}'`);
const notExported = (name: string): RegExp => new RegExp(`no ONNX form: ${name}`);

const named =
  (name: string, attrs: nn.ops.Attributes): Promises['run'] =>
  (x, weights) =>
    nn.ops.apply(nn.ops.findOp(name) as nn.ops.OpDefinition, [x, ...weights], attrs);

const elementwise = (run: (x: tf.Tensor) => tf.Tensor, int8: Promises['int8'] = 'float'): Promises => ({
  x: PICTURE,
  run,
  counts: NONE,
  int8,
  prune: 'cut',
});

/** One line for each operation and for settings that change what it is: what it promises, by its name and the setting. */
// prettier-ignore
export const OPERATIONS: Readonly<Record<string, Promises>> = {
  conv2d: { x: PICTURE, weights: [[3, 3, 6, 4], [4]], run: (x, [w, b]) => F.conv2d(x, w, b, { padding: 1 }), counts: [6912, 7040, 6912], int8: 'int8', prune: 'cut' },
  linear: { x: ROWS, weights: [[6, 4], [4]], run: (x, [w, b]) => F.linear(x, w, b), counts: [48, 56, 48], int8: 'int8', prune: 'cut' },
  matmul: { x: TOKENS, run: (x) => F.matmul(x, x, { transposeB: true }), counts: [192, 192, 192], int8: 'float', prune: /a matrix product.* sums over it/ },
  'matmul as an einsum': { x: [2, 37, 6], run: (x) => F.matmul(x, x, { transposeB: true, einsum: true }), counts: [16428, 16428, 16430], int8: 'float', prune: /a matrix product.* sums over it/ },
  batchNorm: { x: TOKENS, weights: [[6], [6], [6], [6]], run: (x, [m, v, s, o]) => F.batchNorm(x, m, v, s, o, 1e-5), counts: [0, 0, 96], int8: 'folded', prune: 'cut' },
  layerNorm: { x: TOKENS, weights: [[6], [6]], run: (x, [s, o]) => F.layerNorm(x, s, o), counts: [0, 0, 240], int8: 'float', prune: /layer normalisation.* the others would change/ },
  l2Normalize: { x: TOKENS, run: (x) => F.l2Normalize(x), counts: NONE, int8: 'float', prune: across('normalisation') },
  softmax: { x: TOKENS, run: F.softmax, counts: NONE, int8: 'float', prune: across('softmax') },
  relu: elementwise(F.relu, 'int8'),
  relu6: elementwise(F.relu6, 'int8'),
  sigmoid: elementwise(F.sigmoid),
  tanh: elementwise(F.tanh),
  exp: elementwise(F.exp),
  silu: elementwise(F.silu),
  gelu: elementwise(F.gelu),
  hardSigmoid: elementwise(F.hardSigmoid),
  hardSwish: elementwise(F.hardSwish),
  clampMax: elementwise((x) => F.clampMax(x, 0.3)),
  add: { x: PICTURE, run: (x) => F.add(x, x), counts: NONE, int8: 'int8', prune: 'cut' },
  multiply: { x: PICTURE, weights: [[6]], run: (x, [w]) => F.multiply(x, w), counts: NONE, int8: 'float', prune: 'cut' },
  maxPool: { x: PICTURE, run: (x) => F.maxPool(x, { kernelSize: 2 }), counts: NONE, int8: 'int8', prune: 'cut' },
  'maxPool with ceilMode': { x: PICTURE, run: (x) => F.maxPool(x, { kernelSize: 3, stride: 2, ceilMode: true }), counts: NONE, int8: 'int8', prune: 'cut' },
  avgPool: { x: PICTURE, run: (x) => F.avgPool(x, { kernelSize: 2 }), counts: NONE, int8: 'int8', prune: 'cut' },
  adaptiveAvgPool: { x: PICTURE, run: (x) => F.adaptiveAvgPool(x, [3, 2]), counts: [0, 0, 192], int8: 'float', prune: 'cut' },
  globalAvgPool: { x: PICTURE, run: F.globalAvgPool, counts: [0, 0, 192], int8: 'int8', prune: 'cut' },
  reshape: { x: PICTURE, run: (x) => F.reshape(x, [-1, 16, ...x.shape.slice(3)]), counts: NONE, int8: 'moves', prune: 'cut' },
  repeatBatch: { x: TOKENS, weights: [[1, 1, 6]], run: (x, [w]) => F.add(nn.ops.repeatBatch([w, x], { axis: 0, outer: 1, times: 1 }), x), counts: NONE, int8: 'silent', prune: unknownToPruning('repeatBatch') },
  transpose: { x: PICTURE, run: (x) => F.transpose(x, [0, 3, 1, 2]), counts: NONE, int8: 'moves', prune: 'cut' },
  slice: { x: PICTURE, run: (x) => F.slice(x, [0, 1, 0, 0], [-1, 2, -1, -1]), counts: NONE, int8: 'moves', prune: 'cut' },
  gather: { x: PICTURE, run: (x) => F.transpose(F.gather(F.transpose(x, [1, 0, 2, 3]), [0, 2]), [1, 0, 2, 3]), counts: NONE, int8: 'moves', prune: 'cut' },
  embedding: { x: TOKENS, weights: [[8, 6]], integers: [2, 4], run: (x, [table], ids) => F.add(x, F.embedding(ids, table)), counts: NONE, int8: 'float', prune: 'cut' },
  toFloat: { x: TOKENS, integers: [2, 4, 1], run: (x, _weights, integers) => F.add(x, F.toFloat(integers)), counts: NONE, int8: 'float', prune: 'cut' },
  concat: { x: TOKENS, run: (x) => F.concat([x, x], 1), counts: NONE, int8: 'silent', prune: 'cut' },
  pad: { x: PICTURE, run: (x) => F.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]]), counts: NONE, int8: 'silent', prune: 'cut' },
  mean: { x: TOKENS, run: (x) => F.mean(x, [1]), counts: NONE, int8: 'float', prune: 'cut' },
  fusedConv2d: { x: PICTURE, weights: [[3, 3, 6, 4], [4]], run: named('fusedConv2d', { ...CONV, epilogue: ['BiasAdd', '_MklSwish'] }), counts: [6912, 7040, 6912], int8: 'float', prune: unknownToPruning('fusedConv2d'), onnx: notExported('fusedConv2d'), oneDnn: true },
  fusedLinear: { x: ROWS, weights: [[6, 4], [4]], run: named('fusedLinear', { epilogue: ['BiasAdd', 'Tanh'] }), counts: [48, 56, 48], int8: 'float', prune: unknownToPruning('fusedLinear'), onnx: notExported('fusedLinear'), oneDnn: true },
  quantizeDequantize: { x: PICTURE, run: named('quantizeDequantize', GRID), counts: NONE, int8: 'float', prune: 'cut', gradient: false },
  dynamicLinear: { x: ROWS, weights: [[6, 4], [4]], run: named('dynamicLinear', {}), counts: [48, 56, 48], int8: 'float', prune: unknownToPruning('dynamicLinear'), onnx: /no quantized constant/, gradient: false },
};

/** The operation of a line. */
export const operationOf = (line: string): string => line.split(' ')[0];

/** Numbers from 0 to 7 for the second input of an operation that has one. */
export const integersOf = ({ integers = [1] }: Promises): tf.Tensor =>
  tf.tidy(() => tf.cast(tf.floor(tf.mul(tf.add(noise(integers, 7), 1), 4)), 'int32'));
