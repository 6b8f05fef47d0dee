import * as path from 'node:path';
import { fromHuggingFace } from '../../checkpoint';
import { cifar10 } from '../../datasets';
import { teacherLogits, type TeacherLogits } from '../logits';

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
}: LabellingPlan): Promise<[TeacherLogits, TeacherLogits, number]> {
  const teacher = await fromHuggingFace(folder);
  try {
    const [all, test] = [await cifar10(), await cifar10({ split: 'test' })];
    const logits = await teacherLogits(teacher, all, {
      cache: path.join(cache, 'cifar10-train'),
      flips: true,
      onProgress: reporter(log, 'training set'),
    });
    const testLogits = await teacherLogits(teacher, test, {
      cache: path.join(cache, 'cifar10-test'),
      onProgress: reporter(log, 'test set'),
    });
    return [logits, testLogits, teacher.parameterCount()];
  } finally {
    teacher.dispose();
  }
}
