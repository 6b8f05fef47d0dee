import { int64Vector, isNative, rawOp, tf } from '../../backend';
import { decodeValues } from './decode';
import { encode } from './encode';
import { partOf, type SparseTensor } from './tensor';
import { shapeText } from '../../shape';

/** What computes a sparse product: this library's loop over rows, or TensorFlow's `SparseTensorDenseMatMul`. */
export type SparseEngine = 'csr' | 'tensorflow';

/** Options of {@link SparseLinear}. */
export interface SparseLinearOptions {
  /** [out] */
  bias?: tf.Tensor;
  /** Default 'csr'. 'tensorflow' needs the native backend. */
  engine?: SparseEngine;
}

/** A product x · weightᵀ prepared for one weight. */
interface Product {
  /** [batch, in] to [batch, out] */
  run(x: tf.Tensor2D): tf.Tensor;
  dispose(): void;
}

/** A weight in CSR, typed for the loops below. */
interface Rows {
  count: number;
  starts: Int32Array;
  columns: Int32Array;
  values: Float32Array;
}

/** One sum a row: [in] to [out]. */
function timesVector({ count, starts, columns, values }: Rows, x: Float32Array): Float32Array {
  const result = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) sum += values[i] * x[columns[i]];
    result[row] = sum;
  }
  return result;
}

/** Two weights of a row at a time over the whole batch, whose values lie side by side: [in, batch] to [out, batch]. */
function timesMatrix({ count, starts, columns, values }: Rows, x: Float32Array, batch: number): Float32Array {
  const result = new Float32Array(count * batch);
  for (let row = 0; row < count; row++) {
    const [to, end] = [row * batch, starts[row + 1]];
    for (let i = starts[row]; i < end; i += 2) {
      const [a, fromA] = [values[i], columns[i] * batch];
      const [b, fromB] = i + 1 < end ? [values[i + 1], columns[i + 1] * batch] : [0, fromA];
      for (let n = 0; n < batch; n++) result[to + n] += a * x[fromA + n] + b * x[fromB + n];
    }
  }
  return result;
}

/** In typed arrays, without TensorFlow. */
function csrProduct(weight: SparseTensor): Product {
  const csr = weight.format === 'csr' ? weight : encode(decodeValues(weight), 'csr');
  const [starts, columns] = ['crow_indices', 'col_indices'].map((name) => partOf(csr, name).data as Int32Array);
  const rows: Rows = { count: weight.shape[0], starts, columns, values: partOf(csr, 'values').data as Float32Array };
  return {
    run(x) {
      const [batch] = x.shape;
      if (batch === 1) return tf.tensor2d(timesVector(rows, x.dataSync() as Float32Array), [1, rows.count]);
      const inputs = tf.tidy(() => tf.transpose(x).dataSync() as Float32Array);
      return tf.tidy(() => tf.transpose(tf.tensor2d(timesMatrix(rows, inputs, batch), [rows.count, batch])));
    },
    dispose: () => undefined,
  };
}

function tensorflowProduct(weight: SparseTensor): Product {
  if (!isNative()) throw new Error("The engine 'tensorflow' needs the native backend: use engine 'csr'.");
  const coo = encode(decodeValues(weight), 'coo', { indexType: 'I32' });
  const { indices, values, shape } = tf.tidy(() => ({
    indices: tf.keep(tf.transpose(tf.tensor2d(partOf(coo, 'indices').data as Int32Array, [2, coo.nonzeros], 'int32'))),
    values: tf.keep(tf.tensor1d(partOf(coo, 'values').data as Float32Array)),
    shape: tf.keep(int64Vector(weight.shape)),
  }));
  const attributes = {
    T: { type: 'float32' },
    Tindices: { type: 'int32' },
    adjoint_a: false,
    adjoint_b: true,
  } as const;
  return {
    run: (x) =>
      tf.tidy(() => tf.transpose(rawOp('SparseTensorDenseMatMul', attributes, [indices, values, shape, x])[0])),
    dispose: () => tf.dispose([indices, values, shape]),
  };
}

/** Dense layer whose weight is stored sparsely: y = x · weightᵀ + bias, for inference. */
export class SparseLinear {
  private readonly product: Product;
  private readonly bias: tf.Tensor | undefined;
  private readonly inFeatures: number;

  /** @param weight [out, in], in PyTorch's layout, any format */
  constructor(weight: SparseTensor, { bias, engine = 'csr' }: SparseLinearOptions = {}) {
    if (weight.shape.length !== 2)
      throw new Error(`SparseLinear expects a weight of shape [out, in], got ${shapeText(weight.shape)}.`);
    if (bias && (bias.rank !== 1 || bias.size !== weight.shape[0]))
      throw new Error(`SparseLinear expects a bias of ${weight.shape[0]} values, got shape ${shapeText(bias.shape)}.`);
    this.inFeatures = weight.shape[1];
    this.product = engine === 'tensorflow' ? tensorflowProduct(weight) : csrProduct(weight);
    this.bias = bias && tf.keep(bias.clone());
  }

  /** @param x [batch, in] */
  forward(x: tf.Tensor): tf.Tensor {
    if (x.rank !== 2 || x.shape[1] !== this.inFeatures)
      throw new Error(`SparseLinear expects [batch, ${this.inFeatures}], got shape ${shapeText(x.shape)}.`);
    return tf.tidy(() => {
      const y = this.product.run(x as tf.Tensor2D);
      return this.bias ? tf.add(y, this.bias) : y;
    });
  }

  /** Frees the bias and what the engine keeps. */
  dispose(): void {
    this.product.dispose();
    this.bias?.dispose();
  }
}
