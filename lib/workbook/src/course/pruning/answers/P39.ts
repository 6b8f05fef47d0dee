import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const points: ReadonlyArray<{
  method: string;
  level: number;
  accuracy: number;
  ms: number;
  kilobytes: number;
}>;
declare const base: readonly number[];

// BEGIN SOLUTION
const acceptable = points.filter((row) => row.accuracy >= base[0] * 100 - 3);
const [quickest] = [...acceptable].sort((a, b) => a.ms - b.ms);
const [smallest] = [...acceptable].sort((a, b) => a.kilobytes - b.kilobytes);
const pointOf = ({ method, level, accuracy, ms, kilobytes }: (typeof points)[number]) =>
  `"${method}" with ${level.toFixed(0)} % gone ` +
  `(${accuracy.toFixed(1)} %, ${ms.toFixed(2)} ms, ${kilobytes.toFixed(1)} kB)`;
ex.P39.answer(`I accept a loss of three points of accuracy. On the server time counts: the fastest of
those points is ${pointOf(quickest)}. For the download bytes count: the smallest file is that of
${pointOf(smallest)}. Single zeros save bytes, in a sparse or bitmask file, and leave the dense work as
it is; channels that are removed save both. Both together are possible: remove channels, then prune the
rest.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P39.answer('The small one.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P39.answer(1);
// END WRONG
