import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import type { Module } from 'scalable-inference/nn';
import * as prune from 'scalable-inference/prune';
import { exercise, onCases, thrown, type Diagnosis } from '../../exercise';
import { TOPIC } from './files';
import { globallyPruned, inFolder, sum, type Weights } from './support';

export const P26 = exercise({
  id: 'P26',
  title: 'Bytes of a sparse tensor',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: 'times',
  prompt: `**COO** stores each value that is not zero (32 bits) with its coordinates: for a dense layer's weight, one row and one column number, 64 bits each, as PyTorch does.

At a level of **20 %**, how many times as large as the dense tensor is that?`,
  tolerance: { absolute: 0.001 },
  reference: 4,
  mistakes: [
    { reason: 'zeros', message: 'That stores the zeros too: only 80 % of the values are left.', value: 5 },
    {
      reason: 'values',
      message: 'That counts the coordinates only: the value itself takes four bytes as well.',
      value: 3.2,
    },
    { reason: 'index type', message: 'That is COO with 32-bit coordinates; here they have 64 bits.', value: 2.4 },
  ],
  hints: [
    'Bytes for one value that is kept: 4 + 2 · 8. Bytes for any value of the dense tensor: 4.',
    'Eight of ten values are kept.',
  ],
});

/** A matrix without its zeros: for each value that is kept, its row, its column and itself. */
export interface Coo {
  rows: number[];
  columns: number[];
  values: number[];
}

/** What P27 asks for. */
export type ToCoo = (weight: number[][]) => Coo;

const toCoo: ToCoo = (weight) => {
  const kept = weight.flatMap((line, row) => line.map((value, column) => ({ row, column, value })));
  const entries = kept.filter(({ value }) => value !== 0);
  return {
    rows: entries.map(({ row }) => row),
    columns: entries.map(({ column }) => column),
    values: entries.map(({ value }) => value),
  };
};

const MATRICES = [
  [
    [0, 2, 0],
    [-1, 0, 3],
  ],
  [
    [0, 0],
    [0, 0],
    [4, 0],
  ],
  [[0.5, 0, 0, -0.25]],
];

export const P27 = exercise<ToCoo>({
  id: 'P27',
  title: 'Convert a matrix to sparse',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Do yourself what `.to_sparse()` does. Write a function of a matrix, a list of rows, that returns it in COO: `{ rows, columns, values }`, three lists with one entry for each value that is not zero, row by row.',
  hints: [
    'Two loops: over the rows, and over the values in a row.',
    '`rows.push(i); columns.push(j); values.push(value);` where the value is not zero.',
  ],
  reference: () => toCoo,
  check: (answer) =>
    onCases(
      answer,
      MATRICES.map((matrix) => ({
        args: [matrix],
        expected: toCoo(matrix),
        name: `a matrix of ${matrix.length} rows`,
      })),
    ),
});

/** What P28 asks for. */
export type SaveSparse = (net: Module, weights: Weights, file: string) => Promise<{ tensors: number; file: number }>;

const saveSparse: SaveSparse = async (net, weights, file) => {
  const tensors = sum(weights.map(([module, name]) => prune.sparse.encode(module.tensor(name), 'coo').bytes));
  await prune.sparse.save(net, file, { format: 'coo' });
  return { tensors, file: statSync(file).size };
};

function judgeSparse(expected: { tensors: number; file: number }, result: unknown): Diagnosis | undefined {
  const { tensors, file } = (result ?? {}) as Partial<{ tensors: number; file: number }>;
  if (typeof tensors !== 'number' || typeof file !== 'number')
    return { reason: 'type', message: 'Expected { tensors, file }: two numbers of bytes.', got: typeof result };
  if (tensors > expected.tensors) {
    const message = 'More bytes than COO needs: encode `weight`, which has the zeros, and not `weight_orig`.';
    return { reason: 'original', message, expected: String(expected.tensors), got: String(tensors) };
  }
  if (tensors !== expected.tensors) {
    const message = 'Add up the bytes of all tensors of the list.';
    return { reason: 'tensors', message, expected: String(expected.tensors), got: String(tensors) };
  }
  if (file === expected.file) return undefined;
  const message = "The file has another size: prune.sparse.save(net, file, { format: 'coo' }).";
  return { reason: 'file', message, expected: String(expected.file), got: String(file) };
}

async function checkSparse(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function.', got: typeof answer };
  const net = globallyPruned();
  const weights = prune.parameters(net);
  try {
    return await inFolder(async (folder) => {
      const file = path.join(folder, 'network.pt');
      const result: unknown = await (answer as SaveSparse)(net, weights, file);
      if (!existsSync(file)) return { reason: 'missing file', message: 'The file is not there.' };
      const expected = await inFolder((other) => saveSparse(net, weights, path.join(other, 'network.pt')));
      return judgeSparse(expected, result);
    });
  } catch (error) {
    return thrown(error, 'a pruned LeNet');
  } finally {
    net.dispose();
  }
}

export const P28 = exercise<SaveSparse>({
  id: 'P28',
  title: 'Convert, save, compare',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Now the whole network. Write a function that

1. converts every weight of the list to COO with \`prune.sparse.encode(module.tensor(name), 'coo')\`, and adds up their \`bytes\`,
2. saves the network without its zeros by \`await prune.sparse.save(net, file, { format: 'coo' })\`,
3. returns both sizes: \`{ tensors, file }\`.`,
  hints: ['A loop over the list adds `.bytes` to a sum.', '`fs.statSync(file).size` is the size of the file.'],
  reference: () => saveSparse,
  check: checkSparse,
});
