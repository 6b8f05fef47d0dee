import * as path from 'node:path';
import { checkpoint, datasets, distill, models } from 'scalable-inference';

/** Steps before the timed ones: the first one records and compiles. */
const FIRST_STEPS = 3;

/** Pictures per second of `distill.train` of the student, batches and flips included. */
export async function trainingSpeed(batch: number, steps: number, step?: distill.StepKind): Promise<number> {
  const set = datasets.generated({ count: batch * (steps + FIRST_STEPS), seed: 0 });
  const zeros = new Float32Array(set.count * 10);
  const teacherLogits = new distill.TeacherLogits(set, 10, zeros, zeros);
  const student = new models.SmallCnn({ seed: 0 });
  let start = 0;
  await distill.train(student, set, {
    epochs: 1,
    batchSize: batch,
    teacherLogits,
    temperature: 2,
    alpha: 0.5,
    step,
    onStep: ({ step: number }) => void (number === FIRST_STEPS && (start = performance.now())),
  });
  student.dispose();
  return (batch * steps * 1000) / (performance.now() - start);
}

/** Opens the project's own teacher as a labeller, under XLA if wanted; the caller disposes of both. */
export async function openTeacher(xla = false): Promise<{ labeller: distill.Labeller; dispose(): void }> {
  const teacher = await checkpoint.fromHuggingFace(path.resolve(__dirname, '../../data/teacher'));
  const labeller = await distill.openLabeller(teacher, datasets.generated({ count: 1 }), undefined, { xla });
  return {
    labeller,
    dispose() {
      labeller.dispose();
      teacher.dispose();
    },
  };
}

/** Pictures per second of labelling `steps` batches. */
export async function labellingSpeed(labeller: distill.Labeller, batch: number, steps: number): Promise<number> {
  const set = datasets.generated({ count: batch * steps, seed: 0 });
  const start = performance.now();
  await distill.labelRange(labeller, set, { start: 0, end: set.count, batchSize: batch });
  return (set.count * 1000) / (performance.now() - start);
}
