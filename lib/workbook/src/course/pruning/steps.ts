import * as prune from 'scalable-inference/prune';
import { exercise, onCases, type Diagnosis } from '../../exercise';
import { TOPIC } from './trained';

const CASES = [
  [0.9, 5],
  [0.5, 3],
  [0.95, 10],
].map(([final, steps]) => ({
  args: [final, steps],
  expected: prune.schedule({ kind: 'cubic', final, steps }),
  name: `a final level of ${final} in ${steps} steps`,
}));

export const P34 = exercise<(final: number, steps: number) => number[]>({
  id: 'P34',
  title: 'The cubic schedule',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `A **schedule** says how far each step goes. The *cubic* one ([Zhu and Gupta 2017](https://arxiv.org/abs/1710.01878)) takes much at first, when much is superfluous, and less and less later. After step $i$ of $n$ steps, the level is

$$s_i = s_n \\left(1 - \\left(1 - \\frac{i}{n}\\right)^3\\right),$$

where $s_n$ is the final level. Write a function of the final level and the number of steps that returns the levels after all steps, $i = 1$ to $n$.`,
  hints: [
    '`(1 - i / steps) ** 3` is the share that is still missing after step i.',
    'The loop goes from 1 to steps, both included.',
  ],
  reference: () => (final, count) => prune.schedule({ kind: 'cubic', final, steps: count }),
  check: (answer) => onCases(answer, CASES, { absolute: 1e-9 }),
});

const amountsOf = (levels: readonly number[]): number[] =>
  levels.map((level, i) => (level - (levels[i - 1] ?? 0)) / (1 - (levels[i - 1] ?? 0)));

const LISTS = [[0.5, 0.75, 0.875], [0.2, 0.5, 0.9], [0.3]];

async function checkAmounts(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = LISTS.map((levels) => ({ args: [levels], expected: amountsOf(levels) }));
  const found = await onCases(answer, cases, { absolute: 1e-9 });
  if (found?.reason !== 'value') return found;
  const steps = LISTS.map((levels) => ({
    args: [levels],
    expected: levels.map((level, i) => level - (levels[i - 1] ?? 0)),
  }));
  if (await onCases(answer, steps, { absolute: 1e-9 })) return found;
  return { ...found, reason: 'of the whole', message: `${found.message} An amount is a share of what is left.` };
}

export const P35 = exercise<(levels: number[]) => number[]>({
  id: 'P35',
  title: 'From levels to amounts',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Pruning what is pruned already goes on from there: an \`amount\` is a share **of the weights that are left**. Two steps with an amount of one half leave a quarter.

Write a function that turns a list of rising levels into the list of **amounts** for the successive calls.`,
  hints: [
    'Before a step, a share of 1 - before is left; level - before of all weights has to go.',
    'Keep the level of the step before in a variable that starts at 0.',
  ],
  reference: () => amountsOf,
  check: checkAmounts,
});
