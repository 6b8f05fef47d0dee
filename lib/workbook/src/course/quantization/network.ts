import { tf } from 'scalable-inference/backend';
import { SmallCnn } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import { calibrate, convert, prepare, QuantizedNetwork } from 'scalable-inference/quantize';
import { exercise, thrown, type Diagnosis } from '../../exercise';

const TOPIC = 'network';

/** Makes the int8 network of a float one, with pictures to find the ranges by. */
export type ToInt8 = (net: Module, batches: tf.Tensor[]) => Promise<QuantizedNetwork>;

const toInt8: ToInt8 = async (net, batches) => {
  const prepared = prepare(net);
  calibrate(prepared, batches);
  const modelInt8 = await convert(prepared);
  prepared.dispose();
  return modelInt8;
};

function judge(result: unknown, pictures: number): Diagnosis | undefined {
  if (result === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (!(result instanceof QuantizedNetwork))
    return {
      reason: 'type',
      message: 'Expected what quantize.convert gives.',
      expected: 'a quantized network',
      got: typeof result,
    };
  if (result.mode !== 'static')
    return {
      reason: 'mode',
      message: `In mode '${result.mode}' activations stay in float: leave the mode out, static is the default.`,
      got: result.mode,
    };
  const floats = result.inFloat().map(({ path }) => path);
  if (floats.length)
    return { reason: 'float', message: `These layers stayed in float: ${floats.join(', ')}.`, got: floats.join(', ') };
  if (result.drift === null || result.drift > 0.1)
    return {
      reason: 'drift',
      message: `The outputs moved by ${((result.drift ?? 1) * 100).toFixed(0)} %: calibrate with all ${pictures} batches.`,
    };
  return undefined;
}

async function checkToInt8(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (net, batches) => quantized network.' };
  const net = new SmallCnn({ widths: [4, 4, 8, 8], seed: 3 }).eval();
  const batches = [1, 2].map((seed) => tf.randomUniform([8, 16, 16, 3], -1, 1, 'float32', seed));
  try {
    const result: unknown = await (answer as ToInt8)(net, batches);
    const found = judge(result, batches.length);
    if (result instanceof QuantizedNetwork) result.dispose();
    return found;
  } catch (error) {
    const found = thrown(error, 'a small network');
    return found.message.includes('Nothing was calibrated') || found.message.includes('input shape is not known')
      ? {
          ...found,
          reason: 'calibrate',
          message:
            'Without calibration nobody knows the ranges of the activations: call quantize.calibrate between prepare and convert.',
        }
      : found;
  } finally {
    net.dispose();
    tf.dispose(batches);
  }
}

export const Q3d = exercise<ToInt8>({
  id: 'Q3d',
  title: 'From modelFp32 to modelInt8',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `From \`modelFp32\` to \`modelInt8\` in three calls:

1. \`quantize.prepare(net)\` folds normalisations, joins activations with the layers before them, and places observers;
2. \`quantize.calibrate(prepared, batches)\` shows pictures to the observers;
3. \`await quantize.convert(prepared)\` makes the quantized network.

Write a function that takes a network and a list of batches and returns the quantized network. Free the prepared one with \`dispose()\`.`,
  hints: [
    'Each call takes what the one before gave; `calibrate` also gives the prepared network back.',
    '`convert` returns a promise: `await` it before `prepared.dispose()`.',
  ],
  reference: () => toInt8,
  check: checkToInt8,
});

export const Q3e = exercise({
  id: 'Q3e',
  title: 'What each step did',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'What did each step do to the graph? Choose **all** that are true; the two tables above hold the evidence.',
  choices: {
    calibrate: 'calibrate changed the weights, until the outputs for its pictures fit those in float.',
    fuse: 'prepare joined each ReLU with its convolution, so that nothing is rounded between the two.',
    sums: 'convert put the sums inside a convolution into 8 bits, so that nothing wider is needed.',
    fold: 'prepare multiplied each batch normalisation into the weights and bias of the convolution before it.',
    convert: 'convert rounded the weights, and placed a rounding where each layer hands over its result.',
  },
  reference: ['fuse', 'fold', 'convert'],
  because: {
    calibrate: 'Calibration only watches: it notes ranges of activations and changes no weight.',
    sums: 'Products of 8-bit integers are summed in 32 bits; only the result is brought back to 8.',
  },
  hints: ['Compare the operations before and after: which have gone, which have come?', 'Does any step train?'],
});

export const Q3f = exercise({
  id: 'Q3f',
  title: 'What will it cost?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'points',
  prompt:
    'The trained convolutional network, converted by your function: how many **points of accuracy** does it lose in 8 bits? (From **45 %** to **43 %** is **2** points; a gain counts as negative.)',
  range: [-100, 100],
  hints: ['There are 255 steps for the range of each layer. Remember what happened to sums of rounding errors.'],
});
