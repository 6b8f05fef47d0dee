import * as path from 'node:path';
import { checkpoint, datasets, distill } from 'scalable-inference';

/** What labelling needs. */
export interface LabellingPlan {
  /** Folder of the teacher. */
  teacher: string;
  /** Folder for logits and checkpoints. */
  cache: string;
  log: (line: string) => void;
}

/** Says how far labelling is, at most every ten seconds. */
function reporter(log: LabellingPlan['log'], what: string): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    if (performance.now() - last < 10_000 && done < total) return;
    last = performance.now();
    log(`${what}: ${done} of ${total} pictures labelled`);
  };
}

/** Labels the training set, plain and mirrored, and the test set; a second call finds both in the cache. */
export async function label({
  teacher: folder,
  cache,
  log,
}: LabellingPlan): Promise<[distill.TeacherLogits, distill.TeacherLogits, number]> {
  const teacher = await checkpoint.fromHuggingFace(folder);
  try {
    const [all, test] = [await datasets.cifar10(), await datasets.cifar10({ split: 'test' })];
    const logits = await distill.teacherLogits(teacher, all, {
      cache: path.join(cache, 'cifar10-train'),
      flips: true,
      onProgress: reporter(log, 'training set'),
    });
    const testLogits = await distill.teacherLogits(teacher, test, {
      cache: path.join(cache, 'cifar10-test'),
      onProgress: reporter(log, 'test set'),
    });
    return [logits, testLogits, teacher.parameterCount()];
  } finally {
    teacher.dispose();
  }
}
