import * as path from 'node:path';
import { checkpoint, datasets, distill, models } from 'scalable-inference';
import {
  STAGES,
  type StudyResults,
  type StudyRun,
  type SweepRow,
  type Teaching,
} from 'scalable-inference-workbook/study';
import { label, type LabellingPlan } from './labelling';
import { studyPictures, type StudyPictures } from './pictures';
import { writeResults } from './results';

/** What a study trains and how long. */
export interface StudyPlan extends LabellingPlan {
  /** Results as JSON. */
  out: string;
  /** Training pictures, a balanced choice of the 50,000; see {@link studyPictures}. */
  pictures: number;
  /** Labels in the runs with few of them. */
  fewLabels: number;
  epochs: number;
  sweepEpochs: number;
  heldOut: number;
  seeds: readonly number[];
  /** Ways to teach that this run trains; others are left to another run, see `mergeResults`. */
  teachings: readonly Teaching[];
  batchSize: number;
  learningRate: number;
  temperatures: readonly number[];
  alphas: readonly number[];
}

/** The sets and logits that all runs share. */
interface Material extends StudyPictures {
  test: datasets.PictureDataset;
  logits: distill.TeacherLogits;
  testLogits: distill.TeacherLogits;
}

/** Runs everything that is not in the results yet: labelling, sweep, comparison over seeds, few labels. */
export async function study(plan: StudyPlan, results: StudyResults): Promise<void> {
  const [logits, testLogits, parameters] = await label(plan);
  const material = { ...studyPictures(logits.dataset, plan), logits, testLogits, test: testLogits.dataset };
  const { accuracy, perClass, confusion } = distill.evaluateLogits(testLogits);
  results.teacher = { parameters, testAccuracy: accuracy, trainAccuracy: logits.accuracy(), perClass, confusion };
  await writeResults(plan.out, results);
  await sweep(plan, results, material);
  // A seed's students follow one another, so that a study that is cut off has comparisons that are whole.
  for (const stage of STAGES) {
    const wanted = stage.filter((teaching) => plan.teachings.includes(teaching));
    for (const seed of plan.seeds) for (const teaching of wanted) await once(plan, results, material, teaching, seed);
  }
}

const common = ({
  batchSize,
  learningRate,
}: StudyPlan): Pick<distill.TrainOptions, 'batchSize' | 'learningRate' | 'normalise' | 'warmupEpochs'> => ({
  batchSize,
  learningRate,
  normalise: datasets.cifar10Statistics,
  warmupEpochs: 1,
});

/** Tries temperatures and weights on held-out training pictures; the best is chosen. */
async function sweep(plan: StudyPlan, results: StudyResults, material: Material): Promise<void> {
  const { sweepTrain, heldOut, logits } = material;
  for (const alpha of plan.alphas) {
    for (const temperature of plan.temperatures) {
      if (results.sweep.some((row) => row.alpha === alpha && row.temperature === temperature)) continue;
      const student = new models.SmallCnn({ seed: 0 });
      await distill.train(student, sweepTrain, {
        ...common(plan),
        epochs: plan.sweepEpochs,
        teacherLogits: logits,
        temperature,
        alpha,
      });
      const { accuracy } = await distill.evaluate(student, heldOut, { normalise: datasets.cifar10Statistics });
      student.dispose();
      results.sweep.push({ temperature, alpha, validation: accuracy });
      await writeResults(plan.out, results);
      plan.log(
        `sweep: temperature ${temperature}, alpha ${alpha}: ${(accuracy * 100).toFixed(2)} % of the held-out pictures`,
      );
    }
  }
  const best = results.sweep.reduce((a: SweepRow, b: SweepRow) => (b.validation > a.validation ? b : a));
  results.chosen = { temperature: best.temperature, alpha: best.alpha };
  await writeResults(plan.out, results);
}

/** The pictures and the options of one way to teach. */
function lesson(
  plan: StudyPlan,
  results: StudyResults,
  { train: set, logits }: Material,
  teaching: Teaching,
): [datasets.PictureDataset, Partial<distill.TrainOptions>, number] {
  const { temperature, alpha } = results.chosen as { temperature: number; alpha: number };
  const few = set.subset({ count: plan.fewLabels, seed: 7 });
  switch (teaching) {
    case 'alone':
      return [set, {}, set.count];
    case 'distilled':
      return [set, { teacherLogits: logits, temperature, alpha }, alpha > 0 ? set.count : 0];
    // Four times as many epochs, so that the few pictures are learned as far as they can be.
    case 'few labels':
      return [few, { epochs: 4 * plan.epochs }, few.count];
    // Where the sweep chose no labels at all, half the weight goes to those there are.
    case 'few labels, teacher for all':
      return [set, { teacherLogits: logits, temperature, alpha: alpha || 0.5, labelled: few }, few.count];
  }
}

function epochLine({ epoch, loss, accuracy, picturesPerSecond }: distill.EpochRecord, epochs: number): string {
  const training = `loss ${loss.toFixed(4)}, training accuracy ${(accuracy * 100).toFixed(2)} %`;
  return `epoch ${epoch} of ${epochs}, ${training}, ${picturesPerSecond.toFixed(0)} pictures/s`;
}

async function once(
  plan: StudyPlan,
  results: StudyResults,
  material: Material,
  teaching: Teaching,
  seed: number,
): Promise<void> {
  if (results.runs.some((run) => run.teaching === teaching && run.seed === seed)) return;
  const begin = performance.now();
  const [set, options, labels] = lesson(plan, results, material, teaching);
  const name = `${teaching.replace(/\W+/g, '-')}-${plan.pictures}x${plan.epochs}-seed${seed}`;
  const student = new models.SmallCnn({ seed });
  const settings = {
    ...common(plan),
    epochs: plan.epochs,
    seed,
    checkpoint: path.join(plan.cache, 'runs', `${name}.run.safetensors`),
    ...options,
  };
  const { history } = await distill.train(student, set, {
    ...settings,
    onEpoch: (record) => plan.log(`${name}: ${epochLine(record, settings.epochs)}`),
  });
  const { accuracy, perClass, confusion, agreement } = await distill.evaluate(student, material.test, {
    normalise: datasets.cifar10Statistics,
    compareWith: material.testLogits,
  });
  await checkpoint.save(student, path.join(plan.cache, 'students', `${name}.safetensors`));
  student.dispose();
  const run: StudyRun = {
    teaching,
    seed,
    epochs: settings.epochs,
    pictures: set.count,
    labels,
    temperature: settings.temperature ?? null,
    alpha: settings.alpha ?? 1,
    testAccuracy: accuracy,
    perClass,
    confusion,
    agreement: agreement ?? NaN,
    seconds: (performance.now() - begin) / 1000,
    history: history.map(({ epoch, loss, accuracy: right }) => ({ epoch, loss, accuracy: right })),
  };
  results.runs.push(run);
  await writeResults(plan.out, results);
  plan.log(
    `${name}: ${(accuracy * 100).toFixed(2)} % of the test pictures, agrees with the teacher on ${(run.agreement * 100).toFixed(2)} %`,
  );
}
