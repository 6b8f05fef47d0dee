import { sparse } from 'scalable-inference/prune';
import { exercise, onCases, type Diagnosis } from '../../exercise';
import { TOPIC } from './files';

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

export const P29 = exercise<BreakEvens>({
  id: 'P29',
  title: 'When does a format pay?',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `From which **level** on does a format take no more bytes than the dense tensor? Write a function of rows and columns that returns the three levels: \`{ coo, csr, bitmask }\`.

- **COO**: 4 bytes a value kept, and two 64-bit coordinates.
- **CSR**: 4 bytes a value kept, one 64-bit column number, and once rows + 1 64-bit numbers that say where each row starts.
- **bitmask**: 4 bytes a value kept, and one bit for every value, kept or not.

<!-- given: how the formats are defined -->`,
  hints: [
    'Let k be the share that is kept. For COO: k · values · 20 = values · 4, so k = 1/5, and the level is 1 - k.',
    'For CSR: k · values · 12 + 8 · (rows + 1) = values · 4. Solve for k.',
  ],
  reference: () => breakEvens,
  check: checkBreakEvens,
});

export const P30 = exercise({
  id: 'P30',
  title: 'Read the chart',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    '**When does each format pay** for a large dense layer? Choose **all** that are true. <!-- given: exact arithmetic of the formats -->',
  choices: {
    coo20: 'At a level of 20 %, COO saves 20 % of the bytes.',
    bitmask: 'The bitmask pays from about 3 % on.',
    csr: 'CSR pays before COO: it stores one coordinate a value, not two.',
    floor: 'The bitmask is the smallest at every level, since nothing beats one bit for a value.',
    coo80: 'COO with 64-bit coordinates pays from 80 % on.',
    narrow: 'With 32-bit coordinates, CSR pays earlier than with 64-bit ones.',
  },
  reference: ['bitmask', 'csr', 'coo80', 'narrow'],
  because: {
    coo20: 'There COO takes four times the dense bytes: the coordinates outweigh what is saved.',
    bitmask: 'One bit for each value of 32 bits is 1/32.',
    csr: 'It pays from about 67 % on.',
    floor: 'A bit for every value is a floor of 1/32. CSR has no such floor: close to 100 % it is smaller.',
    coo80: 'A value that is kept takes 20 bytes in place of 4: one of five may be kept.',
    narrow: 'A value that is kept then takes 8 bytes in place of 12.',
  },
  hints: [
    'Follow each line to where it crosses 1.',
    'Look at the right edge of the chart: which line is lowest there?',
  ],
});
