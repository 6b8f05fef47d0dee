import type { TeacherLogits } from 'scalable-inference/distill';
import { exercise, onCases, thrown, type Diagnosis } from '../../exercise';

/** Trains a student with the logits of a teacher, or with labels alone, and gives the student's own logits. */
export type Teach = (teacher: TeacherLogits | null, generation: number) => Promise<TeacherLogits>;

/** Generations of students, each taught by the one before; their logits. */
export type Generations = (count: number, teach: Teach) => Promise<TeacherLogits[]>;

const generations: Generations = async (count, teach) => {
  const all: TeacherLogits[] = [];
  for (let generation = 0; generation < count; generation++) {
    all.push(await teach(all.at(-1) ?? null, generation));
  }
  return all;
};

/** Notes who was taught by whom; logits are only names here. */
async function play(run: Generations, count: number) {
  const calls: string[] = [];
  let running = 0;
  const nameOf = (logits: TeacherLogits | null): string =>
    logits === null ? 'labels alone' : String((logits as unknown as { name?: string })?.name ?? logits);
  const teach: Teach = async (teacher, generation) => {
    if (running++ > 0) throw new Error('A generation was started before the one before it was done: await teach(...).');
    calls.push(`generation ${generation} by ${nameOf(teacher)}`);
    await new Promise(setImmediate);
    running--;
    return { name: `generation ${generation}` } as unknown as TeacherLogits;
  };
  const value: unknown = await run(count, teach);
  return { calls, names: Array.isArray(value) ? value.map((item) => nameOf(item as TeacherLogits)) : undefined };
}

async function checkGenerations(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (count, teach) => the logits of all generations.' };
  for (const count of [1, 4]) {
    const expected = await play(generations, count);
    let got: Awaited<ReturnType<typeof play>>;
    try {
      got = await play(answer as Generations, count);
    } catch (error) {
      return thrown(error, `${count} generations`);
    }
    const told = { expected: expected.calls.join('; '), got: got.calls.join('; ') };
    if (got.calls.length !== count)
      return { reason: 'count', message: `Expected ${count} generations, got ${got.calls.length}.`, ...told };
    if (got.calls.join() !== expected.calls.join())
      return { reason: 'teacher', message: 'Each generation is taught by the one right before it.', ...told };
    if (got.names?.join() !== expected.names?.join())
      return { reason: 'result', message: 'Give the list of what `teach` gave, one entry for each generation.' };
  }
  return undefined;
}

export const D27 = exercise<Generations>({
  id: 'D27',
  title: 'Let students teach their successors',
  kind: 'code',
  form: 'function',
  topic: 'further',
  points: 2,
  optional: true,
  prompt: `Write the loop over generations. \`await teach(teacher, generation)\` trains a fresh student and gives **its** logits for all training pictures; \`teacher\` are the logits that it learns from, or \`null\` for labels alone. The first generation (number 0) has no teacher, each later one is taught by the one before it. Give the logits of all generations, in their order.`,
  hints: [
    'Keep the logits of the last generation in a variable that begins as `null`.',
    '`teacher = await teach(teacher, generation);`',
  ],
  reference: () => generations,
  check: checkGenerations,
});

/** Mean of the logits of several networks, number by number. */
export type Ensemble = (all: readonly Float32Array[]) => Float32Array;

const ensemble: Ensemble = (all) => all[0].map((_, i) => all.reduce((sum, logits) => sum + logits[i], 0) / all.length);

async function checkEnsemble(answer: unknown): Promise<Diagnosis | undefined> {
  const lists = [
    [[1, 2, 3]],
    [
      [1, 2],
      [3, 6],
    ],
    [
      [0, 3],
      [3, 0],
      [6, 3],
    ],
  ].map((each) => each.map((row) => Float32Array.from(row)));
  const given = lists.map((list) => list.map((each) => each.slice()));
  const cases = lists.map((list) => ({ args: [list], expected: ensemble(list) }));
  const found = await onCases(answer, cases, { absolute: 1e-6 });
  if (found && typeof answer === 'function') {
    const got: unknown = (answer as Ensemble)(given[1]);
    if (got instanceof Float32Array && got[0] === 4)
      return { reason: 'sum', message: 'That is the sum: divide by the number of networks.', got: String(got) };
  }
  if (found) return found;
  if (lists.some((list, i) => list.some((each, k) => each.join() !== given[i][k].join())))
    return { reason: 'changed', message: 'The logits that were handed over were changed: add up in a new array.' };
  return undefined;
}

export const D28 = exercise<Ensemble>({
  id: 'D28',
  title: 'Let all generations vote',
  kind: 'code',
  form: 'function',
  topic: 'further',
  points: 1,
  optional: true,
  prompt:
    'All generations together may know more than the last one. Write their **ensemble**: it gets the logits of several networks for the same pictures, each a `Float32Array`, and gives their mean, number by number, as a new `Float32Array`.',
  hints: ['`new Float32Array(all[0].length)` is full of zeros.', 'Add `logits[i] / all.length` for each network.'],
  reference: () => ensemble,
  check: checkEnsemble,
});
