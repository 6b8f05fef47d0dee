import { tf } from 'scalable-inference/backend';

type Matrix = number[][];

/**
 * The inputs of a convolution with stride 1 at each of its positions, a row each, in the order of the kernel's rows
 * when it is written as [kernel height · kernel width · channels, outputs].
 *
 * @param x [batch, height, width, channels]
 * @returns [batch · height · width, kernelSize² · channels], for a padding that keeps height and width
 */
export function patchesOf(x: tf.Tensor4D, kernelSize: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const edge = (kernelSize - 1) / 2;
    const padded = tf.pad(x, [
      [0, 0],
      [edge, edge],
      [edge, edge],
      [0, 0],
    ]);
    const offsets = Array.from({ length: kernelSize ** 2 }, (_, i) => [Math.floor(i / kernelSize), i % kernelSize]);
    const shifted = offsets.map(([i, j]) => tf.slice(padded, [0, i, j, 0], [batch, height, width, channels]));
    return tf.reshape(tf.concat(shifted, 3), [-1, kernelSize ** 2 * channels]);
  });
}

/** The lower triangular L with L Lᵀ = a, for a symmetric positive definite matrix. */
function cholesky(a: Matrix): Matrix {
  const l: Matrix = a.map((row) => row.map(() => 0));
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      if (i === j && !(sum > 0)) throw new Error('The matrix is not positive definite: use more damping.');
      l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j];
    }
  }
  return l;
}

/** The inverse of a lower triangular matrix. */
function inverseOfLower(l: Matrix): Matrix {
  const inverse: Matrix = l.map((row) => row.map(() => 0));
  for (let j = 0; j < l.length; j++) {
    for (let i = j; i < l.length; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= l[i][k] * inverse[k][j];
      inverse[i][j] = sum / l[i][i];
    }
  }
  return inverse;
}

/**
 * The upper triangular U with Uᵀ U = H⁻¹, for the second moments H = Xᵀ X / rows of a layer's inputs: what GPTQ (Frantar
 * et al. 2022) rounds weights by.
 *
 * @param x [rows, inputs] @param damping added to the diagonal, as a share of its mean; default 0.01, as in the paper
 */
export function inputFactor(x: tf.Tensor2D, damping = 0.01): Matrix {
  const moments = tf.tidy(() => tf.div(tf.matMul(x, x, true), x.shape[0]).arraySync() as Matrix);
  const mean = moments.reduce((sum, row, i) => sum + row[i], 0) / moments.length;
  moments.forEach((row, i) => (row[i] += damping * mean));
  const l = inverseOfLower(cholesky(moments)); // H⁻¹ = lᵀ l
  const inverse = l.map((_, i) => l.map((__, j) => l.reduce((sum, row) => sum + row[i] * row[j], 0)));
  const lower = cholesky(inverse);
  return lower.map((_, i) => lower.map((row) => row[i]));
}
