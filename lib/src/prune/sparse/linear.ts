import { isNative, rawOp, tf } from '../../backend';
import { decodeValues } from './decode';
import { encode } from './encode';
import { partOf, type SparseTensor } from './tensor';

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

/** Rows of the weight one after the other, over all of the batch at once, in typed arrays. */
function csrProduct(weight: SparseTensor): Product {
  const csr = weight.format === 'csr' ? weight : encode(decodeValues(weight), 'csr');
  const [starts, columns, values] = ['crow_indices', 'col_indices', 'values'].map((name) => partOf(csr, name).data);
  const [out] = weight.shape;
  return {
    run(x) {
      const [batch] = x.shape;
      const inputs = tf.tidy(() => tf.transpose(x).dataSync() as Float32Array); // [in, batch]: neighbours in memory share a weight
      const result = new Float32Array(out * batch);
      for (let row = 0; row < out; row++) {
        for (let i = starts[row]; i < starts[row + 1]; i++) {
          const value = values[i];
          const from = columns[i] * batch;
          const to = row * batch;
          for (let b = 0; b < batch; b++) result[to + b] += value * inputs[from + b];
        }
      }
      return tf.tidy(() => tf.transpose(tf.tensor2d(result, [out, batch])));
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
    shape: tf.keep(rawOp('Cast', { SrcT: { type: 'int32' }, DstT: { type: 'int64' }, Truncate: false }, [tf.tensor1d([...weight.shape], 'int32')])[0]),
  }));
  const attributes = { T: { type: 'float32' }, Tindices: { type: 'int32' }, adjoint_a: false, adjoint_b: true } as const;
  return {
    run: (x) => tf.tidy(() => tf.transpose(rawOp('SparseTensorDenseMatMul', attributes, [indices, values, shape, x])[0])),
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
    if (weight.shape.length !== 2) throw new Error(`SparseLinear expects a weight of shape [out, in], got [${weight.shape.join(', ')}].`);
    if (bias && (bias.rank !== 1 || bias.size !== weight.shape[0])) throw new Error(`SparseLinear expects a bias of ${weight.shape[0]} values, got shape [${bias.shape.join(', ')}].`);
    this.inFeatures = weight.shape[1];
    this.product = engine === 'tensorflow' ? tensorflowProduct(weight) : csrProduct(weight);
    this.bias = bias && tf.keep(bias.clone());
  }

  /** @param x [batch, in] */
  forward(x: tf.Tensor): tf.Tensor {
    if (x.rank !== 2 || x.shape[1] !== this.inFeatures) throw new Error(`SparseLinear expects [batch, ${this.inFeatures}], got shape [${x.shape.join(', ')}].`);
    return tf.tidy(() => {
      const y = this.product.run(x as tf.Tensor2D);
      return this.bias ? tf.add(y, this.bias) : y;
    });
  }

  dispose(): void {
    this.product.dispose();
    this.bias?.dispose();
  }
}
