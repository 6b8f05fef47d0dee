import { createHash } from 'node:crypto';
import { checkpoint, type datasets, quantize, type tf } from 'scalable-inference';
import { type Job, type JobKind, jsonBytes, type Json } from '../run';
import { engineIdentity, openPictures, type PicturesRequest } from './material';
import { scoreIn, openScored, type ScoredRequest } from './scoring';

/** An interface as a type, which JSON takes. */
type Plain<T> = { readonly [K in keyof T]: T[K] };

/** Which network is to be quantized, and how. */
export type FloorRequest = ScoredRequest & {
  /** Pictures that ranges are taken from. */
  readonly calibration: PicturesRequest;
  /** How; see `quantize.prepare`. */
  readonly prepare?: {
    readonly activations?: Plain<quantize.ActivationOptions>;
    readonly weights?: Plain<quantize.WeightOptions>;
    readonly keepFloat?: readonly string[];
  };
  /** Some trials of the search; without it, what each layer alone does to the output. */
  readonly trials?: {
    /** Layers, worst first. */
    readonly ranked: readonly string[];
    /** How many of them stay in float. */
    readonly counts: readonly number[];
  };
};

/**
 * The independent parts of `quantize.convertWithFloor`, scored by accuracy. Without trials a job for each layer, which
 * gives the drifts in the order of `layers`; with them a job for each count, which gives the scores.
 */
export const kind: JobKind<FloorRequest, { readonly layers: readonly string[]; readonly values: number[] }> = {
  name: 'floor',
  module: __filename,
  async open({ calibration, prepare, trials, ...request }) {
    const scored = await openScored(request);
    const prepared = quantize.prepare(scored.net, prepare);
    const set = await openPictures(calibration);
    quantize.calibrate(prepared, preparedBatches(set, scored.preprocessing, request.batchSize));
    const layers = quantize.integerLayers(prepared);
    const jobs = trials
      ? trials.counts.map((count): Job => ({ id: `float-${padded(count)}`, input: count, units: 1 }))
      : layers.map((_, at): Job => ({ id: `layer-${padded(at)}`, input: at, units: 1 }));
    return {
      identity: {
        ...(await engineIdentity()),
        ...scored.identity,
        calibration: set.fingerprint(),
        'ranges of the calibration': rangesHash(prepared),
      },
      unit: trials ? 'trials' : 'layers',
      jobs,
      async execute(input: Json, live) {
        const at = input as number;
        if (!trials) return jsonBytes(quantize.layerDrift(prepared, layers[at]));
        const evaluate: quantize.FloorOptions['evaluate'] = (model) =>
          scored.accuracyOf((x) => model.forward(x) as tf.Tensor2D, live);
        return jsonBytes(await quantize.floorScore(prepared, trials.ranked.slice(0, at), { evaluate }));
      },
      async join(read) {
        const values: number[] = [];
        for (const { id } of jobs) values.push(scoreIn(id, await read(id)));
        return { layers, values };
      },
      dispose: () => {
        prepared.dispose();
        scored.dispose();
      },
    };
  },
};

const padded = (at: number): string => String(at).padStart(5, '0');

/** Pictures as the network takes them. */
function* preparedBatches(
  set: datasets.PictureDataset,
  preprocessing: checkpoint.Preprocessing,
  batchSize = 100,
): Generator<quantize.CalibrationBatch> {
  const channels = set.shape[2];
  // Numbers from 0 to 255, which is what preprocessing begins with.
  const normalise = { mean: Array<number>(channels).fill(0), std: Array<number>(channels).fill(1 / 255) };
  for (const batch of set.batches({ batchSize, normalise })) {
    const x = checkpoint.preprocess(batch.x, preprocessing);
    batch.dispose();
    yield { x, dispose: () => x.dispose() };
  }
}

/** What a calibration came to: processes that found other ranges would make other networks. */
function rangesHash({ observers, infinite }: quantize.PreparedNetwork): string {
  const hash = createHash('sha256');
  for (const [node, observer] of observers)
    hash.update(JSON.stringify([node.path, node.op, infinite.has(node) ? null : observer.quantizationParameters()]));
  return hash.digest('hex');
}
