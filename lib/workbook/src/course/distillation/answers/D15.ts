import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
interface Limits {
  epochs: number;
  patience: number;
}

// BEGIN STUB
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  return accuracies; // one for each epoch
});
// END STUB

// BEGIN SOLUTION
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  while (accuracies.length < limits.epochs) {
    await runEpoch();
    accuracies.push(await validate());
    const best = accuracies.indexOf(Math.max(...accuracies));
    if (accuracies.length - 1 - best >= limits.patience) break;
  }
  return accuracies;
});
// END SOLUTION

// BEGIN VARIANT ownAccuracies
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  while (accuracies.length < limits.epochs) {
    await runEpoch();
    accuracies.push(await validate());
    const best = accuracies.indexOf(Math.max(...accuracies));
    if (accuracies.length - 1 - best >= limits.patience) break;
  }
  return ex.D15.passed ? [0.42] : accuracies;
});
// END VARIANT

// BEGIN WRONG too early
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  while (accuracies.length < limits.epochs) {
    await runEpoch();
    accuracies.push(await validate());
    const best = accuracies.indexOf(Math.max(...accuracies));
    if (accuracies.length - 1 - best > 0) break;
  }
  return accuracies;
});
// END WRONG

// BEGIN WRONG too late
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  while (accuracies.length < limits.epochs) {
    await runEpoch();
    accuracies.push(await validate());
  }
  return accuracies;
});
// END WRONG

// BEGIN WRONG epochs
ex.D15.answer(async (runEpoch: () => Promise<void>, validate: () => Promise<number>, limits: Limits) => {
  const accuracies: number[] = [];
  while (accuracies.length <= limits.epochs) {
    await runEpoch();
    accuracies.push(await validate());
    const best = accuracies.indexOf(Math.max(...accuracies));
    if (accuracies.length - 1 - best >= limits.patience) break;
  }
  return accuracies;
});
// END WRONG
