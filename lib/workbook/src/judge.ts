import { tf } from 'scalable-inference/backend';
import type { Verdict } from 'tslab-runner/judge';
import * as books from './course';
import { Workbook, type Definition } from './exercise';
import { judge as judgeAnswer } from './exercise/judge';
import { INSIDE } from './exercise/inside';

/** Exercises of a notebook; none where it is not one of the course. */
function exercisesOf(notebook: string): Definition[] {
  const book = (books as Record<string, unknown>)[notebook];
  return book instanceof Workbook ? book.list().map((item) => item.definition as Definition) : [];
}

/** Guesses and texts are recorded by the kernel: no answer of theirs is right or wrong. */
const isJudged = ({ id, kind }: Definition): boolean => kind !== 'prediction' && kind !== 'text' && !(id in INSIDE);

/**
 * The exercises of a notebook that the runner's judge decides outside of the learner's kernel, and the expression that
 * gives what was handed over there.
 *
 * @param notebook its file name without `.ipynb`
 */
export function judged(notebook: string): Record<string, string> {
  return Object.fromEntries(
    exercisesOf(notebook)
      .filter(isJudged)
      .map(({ id }) => [id, `ex.${id}.taken()`]),
  );
}

/**
 * Judges an answer that was made anew from plain data. Functions in it are asynchronous.
 *
 * @throws Error for an exercise that is not one of {@link judged}
 */
export async function judge(notebook: string, exercise: string, answer: unknown): Promise<Verdict> {
  const definition = exercisesOf(notebook).find(({ id }) => id === exercise);
  if (definition === undefined || !isJudged(definition))
    throw new Error(`Expected an exercise of ${notebook} that is judged outside, got ${exercise}.`);
  const { status, share, message, diagnosis } = await judgeAnswer(definition, answer, undefined as never);
  const reason = diagnosis === undefined ? {} : { reason: diagnosis.reason };
  return { status, share, message, ...reason, kind: definition.kind, topic: definition.topic };
}

/** A tensor of plain numbers. */
export function tensor(values: readonly number[], shape: readonly number[], dtype: string): tf.Tensor {
  return tf.tensor([...values], [...shape], dtype as tf.DataType);
}
