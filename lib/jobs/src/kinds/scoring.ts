import { checkpoint, type datasets, distill, type nn } from 'scalable-inference';
import { jsonIn, type Live } from '../run';
import { openNetwork, openPictures, type NetworkRequest, type PicturesRequest } from './material';

/** A network and what its accuracy is taken on. */
export type ScoredRequest = {
  readonly network: NetworkRequest;
  /** Pictures that neither trained nor calibrated it. */
  readonly pictures: PicturesRequest;
  /**
   * By channel, of values scaled to [0, 1], as in training. Default: the preprocessing of the network's folder, else
   * values are only scaled.
   */
  readonly normalise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Pictures at a time. Default 100. */
  readonly batchSize?: number;
};

/** A network made ready to be changed and scored. */
export interface Scored {
  /** As it was loaded. */
  readonly net: nn.Module;
  readonly preprocessing: checkpoint.Preprocessing;
  /** Parts of an identity: weights, pictures, preprocessing. */
  readonly identity: Readonly<Record<string, string>>;
  /** Share, 0 to 1, of the pictures that a changed copy tells right. */
  accuracy(copy: nn.Module, live: Live): Promise<number>;
  /** The same for whatever takes prepared pictures [batch, height, width, channels] and gives logits [batch, classes]. */
  accuracyOf(forward: distill.Labeller['predict'], live: Live): Promise<number>;
  dispose(): void;
}

/** Loads a network and pictures. @throws where it tells other classes apart than the pictures have */
export async function openScored(request: ScoredRequest): Promise<Scored> {
  const set = await openPictures(request.pictures);
  const net = await openNetwork(request.network);
  try {
    const labeller = await distill.openLabeller(net, set, preprocessingFor(net, request));
    labeller.dispose();
    return { ...scoredBy(set, labeller, request), net, dispose: () => net.dispose() };
  } catch (error) {
    net.dispose();
    throw error;
  }
}

function preprocessingFor(net: nn.Module, { normalise }: ScoredRequest): checkpoint.Preprocessing | undefined {
  const own = checkpoint.preprocessingOf(net) ?? undefined;
  if (!normalise) return own;
  const plain: checkpoint.Preprocessing = { size: null, filter: 'bilinear', rescale: 1 / 255, normalize: null };
  return { ...(own ?? plain), normalize: normalise };
}

function scoredBy(
  set: datasets.PictureDataset,
  { model, preprocessing, classes }: distill.Labeller,
  { batchSize }: ScoredRequest,
): Omit<Scored, 'net' | 'dispose'> {
  const accuracyBy = async (labeller: distill.Labeller, { signal }: Live): Promise<number> => {
    const range = await distill.labelRange(labeller, set, { start: 0, end: set.count, batchSize, signal });
    return distill.evaluateLogits(distill.joinLogits(set, [range])).accuracy;
  };
  return {
    preprocessing,
    identity: {
      weights: model,
      pictures: set.fingerprint(),
      preprocessing: JSON.stringify(preprocessing),
    },
    async accuracy(copy, live) {
      const labeller = await distill.openLabeller(copy, set, preprocessing);
      try {
        return await accuracyBy(labeller, live);
      } finally {
        labeller.dispose();
      }
    },
    accuracyOf: (forward, live) => {
      const predict: distill.Labeller['predict'] = (pictures) => {
        const x = checkpoint.preprocess(pictures, preprocessing);
        try {
          return forward(x);
        } finally {
          x.dispose();
        }
      };
      return accuracyBy({ model, preprocessing, classes, predict, dispose: () => undefined }, live);
    },
  };
}

/** The score in a job's result. */
export const scoreIn = (id: string, bytes: Uint8Array): number =>
  jsonIn(id, bytes, (value) => {
    if (typeof value === 'number') return value;
    throw new Error(`Expected a number, got ${JSON.stringify(value)}.`);
  });
