/**
 * Forward time in bfloat16 beside float32 and beside PyTorch's own ways to it: `torch.set_float32_matmul_precision
 * ('medium')` and autocast, each in its better layout. Part of `npm run bench -- architecture`.
 */
import { graph, models, tf } from 'scalable-inference';
import { inputsFor, race, shapeOf, sizeOf, type Contestant } from './architecture';
import { startReference, type Reference } from './reference';
import { formatTable } from './table';
import { timeOnce } from './time';

const MODELS = ['resnet50', 'vit_b_16', 'bert_base'];
const BATCH = 4;
/** On our time in bfloat16 over PyTorch's, whichever of its ways is faster. */
const BOUND = 0.8;
/** Fresh weights are worse conditioned than trained ones; the error is printed. */
const MAX_ERROR = 0.2;

const WAYS = ['medium', 'autocast'] as const;
const LAYOUTS = ['torch', 'torch channels last'] as const;

interface Own {
  contestants: Contestant[];
  /** Of the norm of float32's result. */
  error: number;
  dispose(): void;
}

async function openOwn(model: string): Promise<Own> {
  const net = models.create(model, { seed: 0 }).eval();
  // Vision transformers begin with a last layer of zeros, whose result has no relative error.
  for (const [, variable] of net.namedParameters())
    tf.tidy(() => variable.assign(tf.add(variable, tf.randomUniform(variable.shape, -0.01, 0.01, 'float32', 1))));
  const x = inputsFor(model, BATCH);
  const traced = graph.trace(net, shapeOf(model, BATCH));
  const single = await graph.compile(traced, { engine: 'tensorflow' });
  const half = await graph.compile(traced, { precision: 'bfloat16', sample: x, maxError: MAX_ERROR });
  const error = tf.tidy(() => {
    const [a, b] = [single.predict(x), half.predict(x)];
    return tf.norm(tf.sub(a, b)).dataSync()[0] / tf.norm(a).dataSync()[0];
  });
  return {
    contestants: [
      { name: 'float32', time: async () => timeOnce(() => single.predict(x)) },
      { name: 'bfloat16', time: async () => timeOnce(() => half.predict(x)) },
    ],
    error,
    dispose() {
      for (const each of [single, half, net, x]) each.dispose();
    },
  };
}

const torchWays = (model: string, reference: Reference | null): Contestant[] =>
  WAYS.flatMap((precision) =>
    LAYOUTS.map((engine) => ({
      name: `${precision} ${engine}`,
      time: async () => {
        if (!reference) throw new Error('PyTorch is not here');
        return await reference.time({ engine, model, batch: BATCH, size: sizeOf(model), precision });
      },
    })),
  );

async function compareModel(model: string, repeats: number, reference: Reference | null): Promise<string[]> {
  const { contestants, error, dispose } = await openOwn(model);
  const times = await race([...contestants, ...torchWays(model, reference)], repeats);
  dispose();
  const ms = (name: string): number => (typeof times.get(name) === 'number' ? (times.get(name) as number) : Infinity);
  const torch = WAYS.map((way) => Math.min(...LAYOUTS.map((engine) => ms(`${way} ${engine}`))));
  const ratio = ms('bfloat16') / Math.min(...torch);
  const text = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '-');
  return [
    model,
    text(ms('float32')),
    text(ms('bfloat16')),
    error.toExponential(1),
    ...torch.map(text),
    ...(ratio > 0 ? [ratio.toFixed(2), ratio <= BOUND ? `<= ${BOUND}` : `over ${BOUND}`] : ['-', '']),
  ];
}

/** Prints the table, or why this machine has none. */
export async function compareHalf(repeats: number): Promise<void> {
  const reference = await startReference().catch(() => null); // said above, by the table before this one
  const rows = [
    [
      `batch ${BATCH}, ms`,
      'float32',
      'bfloat16',
      'error',
      ...WAYS.map((way) => `torch ${way}`),
      '/ torch, faster way',
      '',
    ],
  ];
  try {
    for (const model of MODELS) {
      console.error(`timing ${model} in bfloat16...`);
      rows.push(await compareModel(model, repeats, reference));
    }
    console.log(`\n${formatTable(rows)}`);
  } catch (error) {
    console.log(`\nbfloat16 is not compared: ${(error as Error).message}`);
  } finally {
    reference?.stop();
  }
}
