/**
 * One student through all four notebooks: taught, pruned, quantized. Writes the table and the chart of .github/docs/results.md:
 * data/four-notebooks.json and data/screenshots/four-notebooks.svg. The students come from a study
 * (`npm run study -- study --out STUDY`), which leaves them in its cache.
 *
 * `npm run bench -- summary [--study FILE.json] [--seed 0] [--epochs 4] [--repeats 30]`; the large study by default
 */
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import {
  backend,
  checkpoint,
  datasets,
  distill,
  measure,
  models,
  type nn,
  onnx,
  prune,
  quantize,
  tf,
} from 'scalable-inference';
import * as notebook from 'scalable-inference-workbook';
import * as study from 'scalable-inference-workbook/study';
import { writeFileAtomic } from 'scalable-inference/files';
import { studyPictures } from '../../data/distillation/study/pictures';
import { describeConditions } from './machine';
import { formatTable } from './table';

const ROOT = path.resolve(__dirname, '../..');
const CACHE = path.join(ROOT, '.cache/distillation');
const SHAPE = [1, 32, 32, 3];
const NORMALISE = { normalise: datasets.cifar10Statistics };

interface SummaryRow extends Readonly<Record<string, unknown>> {
  step: string;
  percent: number;
  kilobytes: number;
  microseconds: number;
}

async function student(teaching: 'alone' | 'distilled', name: string): Promise<models.SmallCnn> {
  const net = new models.SmallCnn();
  await checkpoint.load(net, path.join(CACHE, 'students', `${teaching}-${name}.safetensors`));
  return net.eval();
}

async function toInt8(net: nn.Module, pictures: datasets.PictureDataset): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.prepare(net.eval(), { inputShape: SHAPE });
  quantize.calibrate(prepared, pictures.batches({ batchSize: 50, ...NORMALISE }));
  const converted = await quantize.convert(prepared);
  prepared.dispose();
  return converted;
}

/** File size, accuracy on the test pictures and time per picture in onnxruntime. */
async function judge(
  step: string,
  net: Parameters<typeof onnx.export>[0],
  test: datasets.PictureDataset,
  repeats: number,
): Promise<SummaryRow> {
  const file = path.join(CACHE, 'summary.onnx');
  await onnx.export(net, SHAPE, file);
  const session = await onnx.load(file, { threads: (await backend.ready()).threads });
  let right = 0;
  for (const batch of test.batches({ batchSize: 100, ...NORMALISE })) {
    const outputs = await session.run(batch.x);
    right += tf.tidy(() => tf.sum(tf.equal(tf.argMax(outputs, 1), batch.labels)).dataSync()[0]);
    outputs.dispose();
    batch.dispose();
  }
  const x = tf.randomNormal([100, 32, 32, 3]);
  const { minMs } = await measure.time(() => session.run(x), { warmup: 3, repeats });
  x.dispose();
  await session.dispose();
  return {
    step,
    percent: (right / test.count) * 100,
    kilobytes: measure.fileSize(file) / 1000,
    microseconds: (minMs / 100) * 1000,
  };
}

/** A third of the channels less, trained on by the teacher with the study's setting. */
async function pruned(
  net: models.SmallCnn,
  logits: distill.TeacherLogits,
  { conditions, chosen }: study.StudyResults,
  epochs: number,
): Promise<models.SmallCnn> {
  const { net: thin } = prune.structured.shrink(net, { amount: 0.33, inputShape: SHAPE });
  const counts = { pictures: Number(conditions.pictures), heldOut: Number(conditions.heldOut) };
  const { train } = studyPictures(logits.dataset, counts);
  await distill.train(thin, train, { epochs, learningRate: 0.03, teacherLogits: logits, ...chosen, ...NORMALISE });
  return thin.eval();
}

function chart(rows: readonly SummaryRow[]): notebook.charts.Chart {
  return notebook.charts.scatter(rows, {
    title: 'One student, four notebooks',
    caption:
      "Chosen, taught, pruned, quantized. Up and to the left is better; the point's area is the size of the file.",
    x: { field: 'microseconds', title: 'time per picture (µs)', scale: 'log' },
    y: { field: 'percent', title: 'right (% of 10,000 test pictures)' },
    size: { field: 'kilobytes', title: 'file (kB)' },
    color: { field: 'step', title: 'network' },
  });
}

/** Makes the networks, measures them and writes table and chart. */
export async function bench(args: readonly string[]): Promise<void> {
  const text = (value: string) => ({ type: 'string' as const, default: value });
  const { values } = parseArgs({
    args: [...args],
    options: {
      study: text('data/distillation/cifar10-50000-pictures-20-epochs.json'),
      seed: text('0'),
      epochs: text('4'),
      repeats: text('30'),
    },
  });
  const found = await study.readResults(path.resolve(ROOT, values.study));
  if (!found) throw new Error(`${values.study} does not exist: name a study's results with --study.`);
  const name = `${String(found.conditions.pictures)}x${String(found.conditions.epochs)}-seed${values.seed}`;
  const machine = await describeConditions();
  for (const line of machine) console.log(line);
  const teacher = await checkpoint.fromHuggingFace(path.join(ROOT, 'data/teacher'));
  const [all, test] = [await datasets.cifar10(), await datasets.cifar10({ split: 'test' })];
  const logits = await distill.teacherLogits(teacher, all, { cache: path.join(CACHE, 'cifar10-train'), flips: true });
  const [alone, distilled] = [await student('alone', name), await student('distilled', name)];
  const thin = await pruned(distilled, logits, found, Number(values.epochs));
  const sample = all.subset({ count: 200, seed: 0 });
  const networks: Array<[string, Parameters<typeof onnx.export>[0]]> = [
    ['teacher', teacher],
    ['student alone', alone],
    ['distilled', distilled],
    ['distilled, int8', await toInt8(distilled, sample)],
    ['distilled, pruned', thin],
    ['distilled, pruned, int8', await toInt8(thin, sample)],
  ];
  const rows: SummaryRow[] = [];
  for (const [step, net] of networks) rows.push(await judge(step, net, test, Number(values.repeats)));
  console.log(
    `\n${formatTable([['step', 'right (%)', 'file (kB)', 'time (µs)'], ...rows.map((row) => [row.step, row.percent.toFixed(2), row.kilobytes.toFixed(0), row.microseconds.toFixed(0)])])}`,
  );
  const record = {
    conditions: {
      students: name,
      taught: found.chosen,
      epochsAfterPruning: Number(values.epochs),
      engine: 'onnxruntime, batch 100, shortest run',
      machine,
    },
    rows,
  };
  await writeFileAtomic(path.join(ROOT, 'data/four-notebooks.json'), `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomic(path.join(ROOT, 'data/screenshots/four-notebooks.svg'), await chart(rows).svg());
}
