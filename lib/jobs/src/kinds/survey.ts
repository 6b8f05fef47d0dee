import { cpus, tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import { graph, measure, models, type nn, tf } from 'scalable-inference';
import { withLock } from 'scalable-inference/files';
import { type Job, type JobKind, jsonBytes, jsonIn, type Json, type Opened } from '../run';
import { engineIdentity } from './material';

/** Which survey. */
export type SurveyRequest = {
  /** Names. Default: all of `models.list()` that take pictures. */
  readonly networks?: readonly string[];
  /** Calls that count of each network's time. Default 3; 0 leaves times out. */
  readonly repeats?: number;
};

/** What follows from the network alone: the same on every machine. */
export interface SurveyCounts {
  readonly model: string;
  /** [1, height, width, channels] of the picture that all else is for: that of the accuracy, else the network's own. */
  readonly shape: readonly number[];
  /** Top-1 in percent as published for the best weights of ImageNet alone; null where none is. */
  readonly accuracy: number | null;
  readonly params: number;
  readonly macs: number;
  readonly activations: number;
  readonly bytes: number;
}

/** A measurement, and what it was made on: another one gives other numbers. */
export interface SurveyTime {
  readonly medianMs: number;
  readonly samplesMs: readonly number[];
  readonly processor: string;
  readonly engine: string;
  readonly threads: number;
}

/** One network of a survey. */
export interface SurveyRow extends SurveyCounts {
  /** Null where times were left out. */
  readonly time: SurveyTime | null;
}

/**
 * The networks of this library by name: their counts, and the time of one picture. Counts are those of one process to
 * the bit; of a time the first result is kept with its machine. Timed jobs of one machine wait for each other, however
 * many workers it has.
 */
export const kind: JobKind<SurveyRequest, SurveyRow[]> = {
  name: 'survey',
  module: __filename,
  async open({ networks = models.list().filter(takesPictures), repeats = 3 }) {
    if (!Number.isInteger(repeats) || repeats < 0)
      throw new Error(`The option 'repeats' is a whole number from 0, got ${repeats}.`);
    const texts = networks.find((name) => !takesPictures(name));
    if (texts !== undefined) throw new Error(`${texts} takes texts: a survey is of networks that take pictures.`);
    const jobs = networks.map((name): Job => ({ id: `network-${name}`, input: name, units: 1 }));
    // Processors may differ, which a time names; counts need no engine.
    const { engine } = await engineIdentity();
    const identity: Opened<SurveyRow[]>['identity'] = repeats > 0 ? { engine } : {};
    return {
      identity,
      unit: 'networks',
      jobs,
      execute: async (input: Json) => jsonBytes(await surveyNetwork(input as string, repeats)),
      async join(read) {
        const rows: SurveyRow[] = [];
        for (const { id } of jobs) rows.push(jsonIn(id, await read(id), toRow));
        return rows;
      },
      dispose: () => undefined,
    };
  },
};

function toRow(value: unknown): SurveyRow {
  const { model, params, time } = (value ?? {}) as Partial<SurveyRow>;
  if (typeof model === 'string' && typeof params === 'number' && typeof time === 'object') return value as SurveyRow;
  throw new Error('Expected a row of a survey.');
}

/** @throws for an unknown name, with those that are near */
const takesPictures = (name: string): boolean => models.describe(name).inputShape.length === 3;

/** What two timed jobs of this machine wait for each other by; each user's own, since locks of others cannot be taken. */
const timingLock = (): string => path.join(tmpdir(), `scalable-inference-timing-${userInfo().username}.lock`);

async function surveyNetwork(name: string, repeats: number): Promise<SurveyRow> {
  const { shape, accuracy } = pictureOf(name);
  const net = models.create(name, { seed: 0 }).eval();
  try {
    const { params, macs, activations, bytes } = measure.complexity(net, shape, { convention: 'macs' });
    const counts = { model: name, shape, accuracy, params, macs, activations, bytes };
    if (repeats === 0) return { ...counts, time: null };
    return { ...counts, time: await withLock(timingLock(), () => timeOf(net, shape, repeats)) };
  } finally {
    net.dispose();
  }
}

/** The picture that a network's best published accuracy was taken at. SWAG's weights have seen other pictures first. */
function pictureOf(name: string): { shape: number[]; accuracy: number | null } {
  const own = models.describe(name).inputShape;
  const best = models
    .table()
    .filter(({ model, weights, acc1 }) => model === name && acc1 !== null && !weights.includes('SWAG'))
    .sort((a, b) => (b.acc1 as number) - (a.acc1 as number))
    .at(0);
  const size = best?.cropSize ?? null;
  return { shape: size === null ? [1, ...own] : [1, size, size, 3], accuracy: best?.acc1 ?? null };
}

async function timeOf(net: nn.Module, shape: readonly number[], repeats: number): Promise<SurveyTime> {
  const run = await graph.compile(graph.trace(net, shape));
  const picture = tf.randomNormal([...shape], 0, 1, 'float32', 1);
  try {
    const timing = await measure.time(() => run.predict(picture), { warmup: 1, repeats });
    const { medianMs, samplesMs, threads } = timing;
    const { engine } = await engineIdentity();
    return { medianMs, samplesMs, threads, engine, processor: cpus()[0]?.model ?? process.arch };
  } finally {
    picture.dispose();
    run.dispose();
  }
}
