import { sparse } from 'scalable-inference/prune';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const BYTES = 'bytes';

export const P11 = exercise({
  id: 'P11',
  title: 'Calculate the size in COO format',
  kind: 'number',
  topic: BYTES,
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

/** Break-even levels of the three formats for a weight [rows, columns]. */
export type BreakEvens = (rows: number, columns: number) => { coo: number; csr: number; bitmask: number };

const breakEvens: BreakEvens = (rows, columns) => ({
  coo: sparse.breakEven([rows, columns], 'coo'),
  csr: sparse.breakEven([rows, columns], 'csr'),
  bitmask: sparse.breakEven([rows, columns], 'bitmask'),
});

const SHAPES = [
  [120, 400],
  [84, 120],
  [10, 84],
] as const;

async function checkBreakEvens(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = SHAPES.map(([rows, columns]) => ({
    args: [rows, columns],
    expected: breakEvens(rows, columns),
    name: `a weight of ${rows}x${columns}`,
  }));
  const found = await onCases(answer, cases, { absolute: 0.002 });
  if (found?.where?.endsWith('.csr') && found.reason === 'value') {
    return {
      ...found,
      reason: 'csr',
      message: `${found.message} CSR also stores where each row starts: rows + 1 numbers of 64 bits.`,
    };
  }
  return found;
}

export const P11b = exercise<BreakEvens>({
  id: 'P11b',
  title: 'Find where each format breaks even',
  kind: 'code',
  form: 'function',
  topic: BYTES,
  points: 3,
  prompt: `From which **level** on does a format take no more bytes than the dense tensor? Write a function of rows and columns that returns the three levels.

- **COO**: 4 bytes a value kept, and two 64-bit coordinates.
- **CSR**: 4 bytes a value kept, one 64-bit column number, and once rows + 1 64-bit numbers that say where each row starts.
- **bitmask**: 4 bytes a value kept, and one bit for every value, kept or not.`,
  hints: [
    'Let k be the share that is kept. For COO: k · values · 20 = values · 4, so k = 1/5, and the level is 1 - k.',
    'For CSR: k · values · 12 + 8 · (rows + 1) = values · 4. Solve for k.',
  ],
  reference: () => breakEvens,
  check: checkBreakEvens,
});

export const P11c = exercise({
  id: 'P11c',
  title: 'Say when each format pays',
  kind: 'choice',
  topic: BYTES,
  points: 2,
  prompt: 'Read the chart: **when does each format pay** for a large dense layer? Choose **all** that are true.',
  choices: {
    bitmask: 'The bitmask pays from about 3 % on.',
    coo: 'COO with 64-bit coordinates pays from 80 % on.',
    csr: 'CSR pays before COO, since it stores one coordinate a value in place of two.',
    smallest: 'The bitmask stays smallest at every level: nothing beats one bit.',
    twenty: 'At 20 %, COO saves 20 % of the bytes.',
  },
  reference: ['bitmask', 'coo', 'csr'],
  because: {
    smallest: 'A bit for every value is a floor of 1/32. CSR has no such floor: close to 100 % it is smaller.',
    twenty: 'At 20 %, COO takes four times the dense bytes: the coordinates outweigh what is saved.',
  },
  hints: [
    'Follow each line to where it crosses 1.',
    'Look at the right edge of the chart: which line is lowest at 99 %?',
  ],
});
