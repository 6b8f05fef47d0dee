import { tf } from '../../backend';
import type { Scores } from '../methods';
import { partOf, rowsAndColumns, type SparseTensor } from './tensor';
import { shapeText, sizeOf } from '../../shape';

function refuse(sparse: SparseTensor, what: string): never {
  throw new Error(
    `This tensor in format '${sparse.format}', shape ${shapeText(sparse.shape)}, is damaged: ${what}. Save it again.`,
  );
}

function expectLength(sparse: SparseTensor, name: string, length: number): ArrayLike<number> {
  const { data } = partOf(sparse, name);
  if (data.length !== length) refuse(sparse, `'${name}' should have ${length} elements, has ${data.length}`);
  return data;
}

function expectIndex(sparse: SparseTensor, name: string, index: number, size: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= size)
    refuse(sparse, `'${name}' holds ${index}, which is not from 0 to ${size - 1}`);
  return index;
}

function fromCoo(sparse: SparseTensor, values: ArrayLike<number>): number[] {
  const { shape } = sparse;
  const indices = expectLength(sparse, 'indices', shape.length * values.length);
  return Array.from({ length: values.length }, (_, i) =>
    shape.reduce(
      (position, size, axis) =>
        position * size + expectIndex(sparse, 'indices', indices[axis * values.length + i], size),
      0,
    ),
  );
}

function fromCsr(sparse: SparseTensor, values: ArrayLike<number>): number[] {
  const [rows, width] = rowsAndColumns(sparse.shape);
  const starts = expectLength(sparse, 'crow_indices', rows + 1);
  const columns = expectLength(sparse, 'col_indices', values.length);
  if (starts[0] !== 0 || starts[rows] !== values.length)
    refuse(sparse, `'crow_indices' should go from 0 to ${values.length}, goes from ${starts[0]} to ${starts[rows]}`);
  const positions: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (starts[row + 1] < starts[row]) refuse(sparse, `'crow_indices' falls from ${starts[row]} to ${starts[row + 1]}`);
    for (let i = starts[row]; i < starts[row + 1]; i++)
      positions.push(row * width + expectIndex(sparse, 'col_indices', columns[i], width));
  }
  return positions;
}

function fromBitmask(sparse: SparseTensor, values: ArrayLike<number>): number[] {
  const size = sizeOf(sparse.shape);
  const bits = expectLength(sparse, 'bitmask', Math.ceil(size / 8));
  const positions: number[] = [];
  for (let i = 0; i < bits.length * 8; i++) {
    if (!((bits[i >> 3] >> (i & 7)) & 1)) continue;
    positions.push(expectIndex(sparse, 'bitmask', i, size));
  }
  if (positions.length !== values.length)
    refuse(sparse, `'bitmask' keeps ${positions.length} values, 'values' has ${values.length}`);
  return positions;
}

const POSITIONS = { coo: fromCoo, csr: fromCsr, bitmask: fromBitmask };

/** The dense values, zeros filled in. Checks that every index lies inside the shape and none comes twice. */
export function decodeValues(sparse: SparseTensor): Scores {
  const values = partOf(sparse, 'values').data;
  const positions = POSITIONS[sparse.format](sparse, values);
  const dense = new Float32Array(sizeOf(sparse.shape));
  const seen = new Uint8Array(dense.length);
  positions.forEach((position, i) => {
    if (seen[position]) refuse(sparse, `element ${position} is stored twice`);
    seen[position] = 1;
    dense[position] = values[i];
  });
  return { shape: sparse.shape, values: dense };
}

/**
 * The dense tensor again, every value as it was; negative zero comes back as zero.
 *
 * @throws when parts are missing, too short, or hold indices outside the shape
 */
export function decode(sparse: SparseTensor): tf.Tensor {
  const { shape, values } = decodeValues(sparse);
  return tf.tensor(values, [...shape]);
}
