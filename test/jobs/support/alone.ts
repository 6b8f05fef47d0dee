/** The trainings that it is given, in a plain loop of this process: prints what became of them as JSON. */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { checkpoint, datasets, distill, models } from 'scalable-inference';
import type { Training } from 'scalable-inference-jobs/kinds';

interface Asked {
  readonly folder: string;
  readonly source: Parameters<typeof datasets.generated>[0];
  readonly trainings: readonly Training[];
}

async function main({ folder, source, trainings }: Asked): Promise<void> {
  const all = datasets.generated(source);
  const test = datasets.generated({ ...source, split: 'test', count: 30 });
  const teacher = models.create('lenet', { seed: 5 }).eval();
  const logits = await distill.teacherLogits(teacher, all, { flips: true });
  const testLogits = await distill.teacherLogits(teacher, test);
  const [heldOut, rest] = all.split({ count: 20, seed: 1234 });
  const found: unknown[] = [];
  for (const training of trainings) {
    const { name, seed, epochs, batchSize, learningRate, distil, labels, tries = false } = training;
    const student = models.create('lenet', { seed });
    const set = tries ? rest : all;
    const { history } = await distill.train(student, set, {
      ...{ seed, epochs, batchSize, learningRate },
      ...(distil ? { teacherLogits: logits, ...distil } : {}),
      ...(labels === undefined ? {} : { labelled: set.subset({ count: labels, seed: 7 }) }),
    });
    const judged = await distill.evaluate(student, tries ? heldOut : test, tries ? {} : { compareWith: testLogits });
    const { accuracy, perClass, confusion, agreement } = judged;
    const file = path.join(folder, `${name}.safetensors`);
    await checkpoint.save(student, file);
    student.dispose();
    found.push({
      ...{ training, pictures: set.count, accuracy, perClass, confusion, agreement },
      history: history.map((epoch) => ({ epoch: epoch.epoch, loss: epoch.loss, accuracy: epoch.accuracy })),
      weights: readFileSync(file).toString('hex'),
    });
  }
  console.log(JSON.stringify(found));
}

void main(JSON.parse(process.argv[2]) as Asked);
