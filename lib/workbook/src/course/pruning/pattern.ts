import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'patterns';

/** What P40 asks for: a mask of zeros and ones for a matrix [outputs][inputs]. */
export type Mask = (weight: number[][]) => number[][];

/** 1 for the two values of largest magnitude in each group of four along a row. */
const twoOfFour: Mask = (weight) =>
  weight.map((line) =>
    line.map((value, i) => {
      const group = line.slice(i - (i % 4), i - (i % 4) + 4);
      return group.filter((other) => Math.abs(other) > Math.abs(value)).length < 2 ? 1 : 0;
    }),
  );

/** Values that no two of a group share, positive and negative. */
function example(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => Math.sin(1 + 7.3 * row + 2.9 * column + 0.1 * row * column)),
  );
}

const transposed = (matrix: readonly number[][]): number[][] =>
  matrix[0].map((_, column) => matrix.map((line) => line[column]));

const MATRICES = [[[0.1, -0.9, 0.5, 0.2]], example(4, 8), example(8, 4), example(12, 16)];

async function checkPattern(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = (mask: Mask, matrices: readonly number[][][]) =>
    matrices.map((matrix) => ({
      args: [matrix.map((line) => [...line])],
      expected: mask(matrix),
      name: `a matrix of ${matrix.length}x${matrix[0].length}`,
    }));
  const found = await onCases(answer, cases(twoOfFour, MATRICES));
  if (found?.reason !== 'value') return found;
  const alike = async (mask: Mask, matrices: readonly number[][][]): Promise<boolean> =>
    (await onCases(answer, cases(mask, matrices))) === undefined;
  if (await alike((matrix) => twoOfFour(matrix).map((line) => line.map((kept) => 1 - kept)), MATRICES))
    return { ...found, reason: 'smallest', message: 'Keep the two largest of each four: here they went.' };
  if (await alike((matrix) => transposed(twoOfFour(transposed(matrix))), MATRICES.slice(1)))
    return { ...found, reason: 'axis', message: 'The groups lie along the inputs: within a row, not down a column.' };
  return found;
}

export const P40 = exercise<Mask>({
  id: 'P40',
  title: 'A mask of two in four',
  optional: true,
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Write a function of a weight matrix, with one row for each output and one column for each input, that returns its **2:4 mask**, of the same form: in every group of **four neighbours along the inputs**, 1 for the two of largest magnitude and 0 for the two others. The number of inputs is a multiple of four.',
  hints: [
    'For each row, go through `start` = 0, 4, 8, ... and look at the four positions from there.',
    'Sort the four positions by `Math.abs(line[b]) - Math.abs(line[a])`; the first two are kept.',
  ],
  reference: () => twoOfFour,
  check: checkPattern,
});

export const P41 = exercise({
  id: 'P41',
  title: 'What the pattern costs in bytes',
  optional: true,
  kind: 'number',
  topic: TOPIC,
  points: 2,
  unit: 'of the dense bytes',
  prompt:
    'A chip stores a 2:4 matrix as the values that are kept, **16 bits** each, and for each of them its place among the four, in as few bits as that takes. What share of the **dense** bytes, also of 16 bits a value, is that?',
  tolerance: { absolute: 0.0005 },
  reference: (2 * 16 + 2 * 2) / (4 * 16),
  mistakes: [
    { reason: 'no places', message: 'That leaves out where the values belong.', value: 0.5 },
    { reason: 'bitmask', message: 'One of four places takes two bits, not one.', value: (2 * 16 + 2) / (4 * 16) },
    {
      reason: 'value bits',
      message: 'The values have 16 bits here, in both forms.',
      value: (2 * 32 + 2 * 2) / (4 * 32),
    },
  ],
  hints: ['Two values are kept of four. A number from 0 to 3 takes two bits.', 'The dense group has 4 · 16 bits.'],
});

export const P42 = exercise({
  id: 'P42',
  title: 'Why hardware decides',
  optional: true,
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Compare your three rows: **what did the pattern cost in accuracy against free choice, and what did it buy in time here?** Why would a chip that knows 2:4 be faster with the same mask, and what does the pattern have that free choice lacks? (Three or four sentences.)',
  rubric: [
    'Compares the measured accuracy of 2:4 with that of unstructured pruning at the same level.',
    'Sees that this processor multiplies the zeros too, so that no time is saved.',
    'A chip with a sparse multiplier fetches only the inputs that the kept weights need, half as many products.',
    'The pattern is regular: every group has the same work and the same size, which free positions do not.',
  ],
  keyTerms: [
    ['accuracy', '%', 'points'],
    ['zeros', 'dense', 'same time', 'no faster'],
    ['half', 'skip', 'skips', 'selects', 'fetch', 'multiplier', 'tensor cores'],
    ['regular', 'same number', 'balanced', 'fixed', 'group', 'predictable'],
  ],
  hints: [
    'Which of the three networks is an ordinary dense matrix for the kernel that multiplies it?',
    'How would a chip split rows with different numbers of values among units that work in step?',
  ],
});
