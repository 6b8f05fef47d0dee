import { distill } from 'scalable-inference';
import { type JobKind, type Json } from '../run';
import { engineIdentity, openNetwork, openPictures, type NetworkRequest, type PicturesRequest } from './material';

/** Which logits. */
export type LogitsRequest = {
  readonly teacher: NetworkRequest;
  readonly pictures: PicturesRequest;
  /** Also those of every picture's mirror image. */
  readonly flips?: boolean;
  /** Pictures at a time. Default 100. */
  readonly batchSize?: number;
};

/** A teacher's logits of a whole set. */
export interface LabelledPictures {
  readonly logits: distill.TeacherLogits;
  /** Stores them as `distill.teacherLogits` with this folder as its cache would have. */
  store(cache: string): Promise<void>;
}

/** The teacher's logits by ranges of pictures: those of `distill.teacherLogits`. */
export const kind: JobKind<LogitsRequest, LabelledPictures> = {
  name: 'logits',
  module: __filename,
  async open({ teacher: from, pictures, flips = false, batchSize = 100 }) {
    const dataset = await openPictures(pictures);
    const teacher = await openNetwork(from);
    const labeller = await distill.openLabeller(teacher, dataset);
    teacher.dispose();
    const { model, preprocessing, classes } = labeller;
    const parts = distill.logitsParts(dataset, flips);
    const idOf = ({ start, flip }: distill.Part): string =>
      `${flip ? 'mirrored' : 'plain'}-${String(start).padStart(7, '0')}`;
    return {
      identity: {
        ...(await engineIdentity()),
        "teacher's weights": model,
        pictures: dataset.fingerprint(),
        preprocessing: JSON.stringify(preprocessing),
      },
      unit: 'pictures',
      jobs: parts.map((part) => ({ id: idOf(part), input: { ...part }, units: part.end - part.start })),
      async execute(input: Json, { signal, onUnits }) {
        const part = input as unknown as distill.Part;
        const { values } = await distill.labelRange(labeller, dataset, {
          ...part,
          batchSize,
          signal,
          onBatch: onUnits,
        });
        return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      },
      async join(read) {
        const ranges: distill.LogitsRange[] = [];
        for (const part of parts)
          ranges.push({ ...part, classes, values: new Float32Array(new Uint8Array(await read(idOf(part))).buffer) });
        return {
          logits: distill.joinLogits(dataset, ranges),
          store: (cache) => distill.storeLogits(cache, { model, preprocessing, classes }, dataset, ranges),
        };
      },
      dispose: () => labeller.dispose(),
    };
  },
};
