import { exercise, onCases, type Diagnosis } from '../../exercise';

/** Rounds one weight to the grid of its output channel. */
export type RoundWeight = (value: number, output: number) => number;

/**
 * Rounds weights [inputs][outputs] one input after the other, and lets the inputs that are still to come make up for
 * each error. `u` is the upper triangular factor of the inverse of the inputs' second moments.
 */
export type RoundAndCompensate = (weights: number[][], u: number[][], round: RoundWeight) => number[][];

const roundAndCompensate: RoundAndCompensate = (weights, u, round) => {
  const left = weights.map((row) => [...row]);
  return left.map((row, i) => {
    const rounded = row.map(round);
    row.forEach((value, output) => {
      const error = (value - rounded[output]) / u[i][i];
      for (let j = i + 1; j < left.length; j++) left[j][output] -= error * u[i][j];
    });
    return rounded;
  });
};

const WEIGHTS = [
  [0.3, -1.4],
  [1.3, 0.2],
  [-0.6, 0.45],
];
const FACTOR = [
  [2, -0.5, 0.25],
  [0, 1, -0.75],
  [0, 0, 0.5],
];
const DIAGONAL = FACTOR.map((row, i) => row.map((value, j) => (i === j ? value : 0)));

async function checkCompensation(answer: unknown): Promise<Diagnosis | undefined> {
  const found = await onCases(
    answer,
    [
      { u: DIAGONAL, name: 'inputs that have nothing to do with each other' },
      { u: FACTOR, name: 'inputs that move together' },
    ].map(({ u, name }) => ({
      args: [WEIGHTS.map((row) => [...row]), u, Math.round],
      expected: roundAndCompensate(WEIGHTS, u, Math.round),
      name,
    })),
    { absolute: 1e-9 },
  );
  return found?.reason === 'value' && found.where?.startsWith('inputs that move')
    ? {
        ...found,
        reason: 'compensation',
        message: `${found.message} Round a row only after the errors of all rows before it have been taken into account.`,
      }
    : found;
}

export const Q6 = exercise<RoundAndCompensate>({
  id: 'Q6',
  title: 'Round, and make up for the error',
  kind: 'code',
  form: 'function',
  topic: 'further',
  points: 4,
  optional: true,
  prompt: `Write the inner loop of GPTQ. \`weights\` is [inputs][outputs], \`u\` the factor $U$ above, \`round(value, output)\` rounds a weight to the grid of its output channel. For each input $i$ in turn:

1. round the weights of row $i$, **as they are by now**;
2. for each output take the error $e = (w_i - \\hat w_i) / U_{ii}$, and subtract $e \\cdot U_{ij}$ from the weight of every later input $j > i$.

Return the rounded weights, and leave the given ones as they are.`,
  hints: [
    'Work on a copy: `const left = weights.map((row) => [...row]);`',
    '`left.map((row, i) => { ...; return rounded; })` visits the rows in order; changes to later rows are seen when their turn comes.',
    'The inner loop: `for (let j = i + 1; j < left.length; j++) left[j][output] -= error * u[i][j];`',
  ],
  reference: () => roundAndCompensate,
  check: checkCompensation,
});
