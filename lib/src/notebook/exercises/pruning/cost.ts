import { exercise } from '../../exercise';
import { onCases, type Diagnosis } from '../../exercise';
import { breakEven } from '../../../prune/sparse';

const TIME = 'time';
const BYTES = 'bytes';

export const P9 = exercise({
  id: 'P9', kind: 'prediction', topic: TIME, points: 1, unit: 'times',
  prompt: 'Next: 100 inferences of a batch of 100 pictures, with the network as it was, pruned by 20 % (masks removed), and pruned by 20 % with the masks still on. What will be the time of the **pruned network without masks, divided by** the time of the **network as it was**? (0.8 means that 20 % fewer weights save 20 % of the time.)',
  range: [0.05, 20],
  worthless: 3,
  hints: ['What does a processor do with a zero that it multiplies by?'],
  solution: 'ex.P9.answer(1);',
  wrong: [
    { source: "ex.P9.answer('faster');", reason: 'not a number' },
    { source: 'ex.P9.answer(80);', reason: 'out of range' },
  ],
});

export const P9b = exercise({
  id: 'P9b', kind: 'text', topic: TIME, points: 3,
  prompt: '**Why** is the pruned network no faster, and what would have to change so that it is? (Two or three sentences.)',
  rubric: ['The zeros are still stored and multiplied: shapes and operations are the same.', 'With the masks on there is even more to do: every use multiplies weight and mask.', 'To gain time, the work must go: whole channels removed, or a kernel and a format that skip zeros.'],
  keyTerms: [['zeros', 'zero', 'dense', 'shape', 'shapes', 'operations', 'multiplied'], ['mask', 'masks', 'weight_orig'], ['structured', 'channels', 'sparse', 'skip', 'hardware', 'kernel', 'shrink']],
  hints: ['Compare the shapes of the tensors before and after.', 'Who would have to know that a value is zero, and when?'],
  solution: 'ex.P9b.answer(`The zeros are still there: the tensors have the same shapes, so the dense kernels do the same multiplications, with zeros among\nthe factors. While masks are on there is extra work, one product of weight and mask at every use. Time is saved only when the work\ngoes: whole channels taken out (structured pruning), or a sparse format with kernels that skip zeros, at a very high level.`);',
  wrong: [
    { source: "ex.P9b.answer('It is not faster.');", reason: 'too short' },
    { source: 'ex.P9b.answer(1);', reason: 'not text' },
  ],
});

export const P10 = exercise({
  id: 'P10', kind: 'prediction', topic: BYTES, points: 1, unit: 'times',
  prompt: 'Three files: the fresh network, the network pruned by 20 % with its masks, and after `remove`. How large is the file **with masks, divided by** the file of the **fresh** network?',
  range: [0.05, 20],
  worthless: 3,
  hints: ['Which tensors does the file hold for one pruned weight, and of which type?'],
  solution: 'ex.P10.answer(2);',
  wrong: [
    { source: "ex.P10.answer('smaller');", reason: 'not a number' },
    { source: 'ex.P10.answer(-1);', reason: 'out of range' },
  ],
});

export const P10b = exercise({
  id: 'P10b', kind: 'choice', topic: BYTES, points: 2,
  prompt: 'Why are the files not smaller? Choose **all** that are true.',
  choices: {
    a: 'With masks, the file holds `weight_orig` in full, and a mask of the same number of 32-bit values.',
    b: 'After `remove`, a zero takes the same four bytes as any other 32-bit number.',
    c: 'The file format compresses, and random numbers do not compress.',
    d: 'A loader needs every position filled, or some record of which positions are missing.',
    e: '`remove` was forgotten, so the pruning was not saved.',
  },
  reference: ['a', 'b', 'd'],
  mistakes: {
    c: { reason: 'compression', message: 'safetensors does not compress: bytes are 4 times the number of values, and a header.' },
    e: { reason: 'forgotten', message: 'The third file was saved after `remove`, and 20 % of its weights are zero.' },
  },
  hints: ['Divide the sizes in the table by 4 bytes: how many numbers are in each file?'],
  solution: "ex.P10b.answer(['a', 'b', 'd']);",
  wrong: [
    { source: "ex.P10b.answer(['a', 'b', 'c']);", reason: 'compression' },
    { source: "ex.P10b.answer(['b', 'e']);", reason: 'forgotten' },
  ],
});

export const P11 = exercise({
  id: 'P11', kind: 'number', topic: BYTES, points: 2, unit: 'times',
  prompt: `**COO** stores each value that is not zero (32 bits) with its coordinates: for a dense layer's weight, one row and one column number, 64 bits each, as PyTorch does.

At a level of **20 %**, how many times as large as the dense tensor is that?`,
  tolerance: { absolute: 0.001 },
  reference: 4,
  mistakes: [
    { reason: 'zeros', message: 'That stores the zeros too: only 80 % of the values are left.', value: 5 },
    { reason: 'values', message: 'That counts the coordinates only: the value itself takes four bytes as well.', value: 3.2 },
    { reason: 'index type', message: 'That is COO with 32-bit coordinates; here they have 64 bits.', value: 2.4 },
  ],
  hints: ['Bytes for one value that is kept: 4 + 2 · 8. Bytes for any value of the dense tensor: 4.', 'Eight of ten values are kept.'],
  solution: 'ex.P11.answer(0.8 * (4 + 2 * 8) / 4);',
  wrong: [
    { source: 'ex.P11.answer((4 + 2 * 8) / 4);', reason: 'zeros' },
    { source: 'ex.P11.answer(0.8 * (2 * 8) / 4);', reason: 'values' },
  ],
});

/** Break-even levels of the three formats for a weight [rows, columns]. */
export type BreakEvens = (rows: number, columns: number) => { coo: number; csr: number; bitmask: number };

const breakEvens: BreakEvens = (rows, columns) => ({
  coo: breakEven([rows, columns], 'coo'), csr: breakEven([rows, columns], 'csr'), bitmask: breakEven([rows, columns], 'bitmask'),
});

const SHAPES = [[120, 400], [84, 120], [10, 84]] as const;

async function checkBreakEvens(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = SHAPES.map(([rows, columns]) => ({ args: [rows, columns], expected: breakEvens(rows, columns), name: `a weight of ${rows}x${columns}` }));
  const found = await onCases(answer, cases, { absolute: 0.002 });
  if (found?.where?.endsWith('.csr') && found.reason === 'value') {
    return { ...found, reason: 'csr', message: `${found.message} CSR also stores where each row starts: rows + 1 numbers of 64 bits.` };
  }
  return found;
}

const formula = (coo: string, csr: string): string => `ex.P11b.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: ${coo},
    csr: ${csr},
    bitmask: 1 / 32, // one bit for each value
  };
});`;

export const P11b = exercise<BreakEvens>({
  id: 'P11b', kind: 'code', form: 'function', topic: BYTES, points: 3,
  prompt: `From which **level** on does a format take no more bytes than the dense tensor? Write a function of rows and columns that returns the three levels.

- **COO**: 4 bytes a value kept, and two 64-bit coordinates.
- **CSR**: 4 bytes a value kept, one 64-bit column number, and once rows + 1 64-bit numbers that say where each row starts.
- **bitmask**: 4 bytes a value kept, and one bit for every value, kept or not.`,
  hints: ['Let k be the share that is kept. For COO: k · values · 20 = values · 4, so k = 1/5, and the level is 1 - k.', 'For CSR: k · values · 12 + 8 · (rows + 1) = values · 4. Solve for k.'],
  reference: () => breakEvens,
  check: checkBreakEvens,
  stub: formula('0', '0').replace('1 / 32, // one', '0, // one'),
  solution: formula('1 - 4 / 20', '1 - (4 * values - 8 * (rows + 1)) / (12 * values)'),
  wrong: [
    { source: formula('1 - 4 / 20', '1 - 4 / 12'), reason: 'csr' },
    { source: formula('4 / 20', '1 - (4 * values - 8 * (rows + 1)) / (12 * values)'), reason: 'value' },
  ],
});

export const P11c = exercise({
  id: 'P11c', kind: 'choice', topic: BYTES, points: 2,
  prompt: 'Read the chart: **when does each format pay** for a large dense layer? Choose **all** that are true.',
  choices: {
    a: 'The bitmask pays from about 3 % on.',
    b: 'COO with 64-bit coordinates pays from 80 % on.',
    c: 'CSR pays before COO, since it stores one coordinate a value in place of two.',
    d: 'The bitmask stays smallest at every level: nothing beats one bit.',
    e: 'At 20 %, COO saves 20 % of the bytes.',
  },
  reference: ['a', 'b', 'c'],
  mistakes: {
    d: { reason: 'limit', message: 'A bit for every value is a floor of 1/32. CSR has no such floor: close to 100 % it is smaller.' },
    e: { reason: 'index cost', message: 'At 20 %, COO takes four times the dense bytes: the coordinates outweigh what is saved.' },
  },
  hints: ['Follow each line to where it crosses 1.', 'Look at the right edge of the chart: which line is lowest at 99 %?'],
  solution: "ex.P11c.answer(['a', 'b', 'c']);",
  wrong: [
    { source: "ex.P11c.answer(['a', 'b', 'd']);", reason: 'limit' },
    { source: "ex.P11c.answer(['a', 'e']);", reason: 'index cost' },
  ],
});
