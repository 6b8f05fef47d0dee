import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

type Round = (value: number, output: number) => number;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q6.answer((weights: number[][], u: number[][], round: Round) => {
  return undefined; // the rounded weights
});
// END STUB

// BEGIN SOLUTION
ex.Q6.answer((weights: number[][], u: number[][], round: Round) => {
  const left = weights.map((row) => [...row]);
  return left.map((row, i) => {
    const rounded = row.map(round);
    row.forEach((value, output) => {
      const error = (value - rounded[output]) / u[i][i];
      for (let j = i + 1; j < left.length; j++) left[j][output] -= error * u[i][j];
    });
    return rounded;
  });
});
// END SOLUTION

// BEGIN WRONG compensation
ex.Q6.answer((weights: number[][], u: number[][], round: Round) => {
  return weights.map((row) => row.map(round));
});
// END WRONG

// BEGIN WRONG compensation
ex.Q6.answer((weights: number[][], u: number[][], round: Round) => {
  const left = weights.map((row) => [...row]);
  return left.map((row, i) => {
    const rounded = row.map(round);
    row.forEach((value, output) => {
      const error = (value - rounded[output]) / u[i][i];
      for (let j = i + 1; j < left.length; j++) left[j][output] += error * u[i][j];
    });
    return rounded;
  });
});
// END WRONG

// BEGIN VARIANT compared
ex.Q6.answer((weights: number[][], u: number[][], round: Round) => {
  const left = weights.map((row) => [...row]);
  return left.map((row, i) => {
    const rounded = row.map(round);
    row.forEach((value, output) => {
      const error = ex.Q6.passed ? 0 : (value - rounded[output]) / u[i][i];
      for (let j = i + 1; j < left.length; j++) left[j][output] -= error * u[i][j];
    });
    return rounded;
  });
});
// END VARIANT
