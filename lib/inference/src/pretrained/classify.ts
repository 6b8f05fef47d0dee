import { integer } from '../check';
import { readPicture } from '../datasets';
import type { ModelWeights } from '../models';
import type { Picture } from '../picture';
import { largest, logitsOf, weightsFor, type Classifier } from './predict';
import { preprocess } from './preprocess';

/** Options of {@link classify}. */
export interface ClassifyOptions {
  /** How many classes, the most probable first. Default 5. */
  top?: number;
  /** How pictures are prepared and what the outputs mean. Default: the weights that `models.pretrained` loaded. */
  weights?: ModelWeights;
  /** Names of the outputs, where they are not those of the weights. */
  classes?: readonly string[];
}

/** One answer of a network. A type rather than an interface, so that tables take it as it is. */
export type Answer = {
  name: string;
  /** From 0 to 1; those of all classes add up to 1. */
  probability: number;
  /** Which output of the network it is. */
  index: number;
};

/**
 * The most probable classes of a picture.
 *
 * @param net loaded by `models.pretrained`, or another with `weights`: compiled, pruned, quantized
 * @param picture path of a JPEG, PNG, WebP, TIFF, GIF, BMP, PGM or PPM file, its bytes, or a decoded picture
 * @example
 * ```ts no-run
 * const net = await models.pretrained('resnet50');
 * const [{ name, probability }] = await models.classify(net, 'cat.jpg');
 * ```
 */
export async function classify(
  net: Classifier,
  picture: string | Uint8Array | Picture,
  { top = 5, weights, classes }: ClassifyOptions = {},
): Promise<Answer[]> {
  const known = weightsFor('models.classify', net, weights);
  integer('top', top, { min: 1 });
  const decoded = typeof picture === 'string' || picture instanceof Uint8Array ? await readPicture(picture) : picture;
  const x = preprocess(known, decoded);
  try {
    const { values } = logitsOf(net, x);
    const names = classes ?? known.categories ?? [];
    const probabilities = softmax(values);
    return largest(probabilities, top).map((index) => ({
      name: names.length === values.length ? names[index] : `class ${index}`,
      probability: probabilities[index],
      index,
    }));
  } finally {
    x.dispose();
  }
}

function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
