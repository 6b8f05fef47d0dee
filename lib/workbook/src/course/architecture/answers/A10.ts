import { measure } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
declare const survey: ReadonlyArray<Record<'ms' | 'params' | 'macs' | 'activations' | 'bytes', number>>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A10.answer(() => {
  const score = (name: 'params' | 'macs' | 'activations' | 'bytes') =>
    measure.rankCorrelation(
      survey.map((row) => row[name]),
      survey.map((row) => row.ms),
    );
  return undefined; // the name with the largest score
});
// END STUB

// BEGIN SOLUTION
ex.A10.answer(() => {
  const score = (name: 'params' | 'macs' | 'activations' | 'bytes') =>
    measure.rankCorrelation(
      survey.map((row) => row[name]),
      survey.map((row) => row.ms),
    );
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  return [...names].sort((a, b) => score(b) - score(a))[0];
});
// END SOLUTION

// BEGIN WRONG type
// @ts-expect-error type
ex.A10.answer(() => {
  const score = (name: 'params' | 'macs' | 'activations' | 'bytes') =>
    measure.rankCorrelation(
      survey.map((row) => row[name]),
      survey.map((row) => row.ms),
    );
  return score('macs');
});
// END WRONG

// BEGIN WRONG value
ex.A10.answer('flops');
// END WRONG
