/**
 * This library's side of `npm run bench -- gpu`, in a process of its own: one JSON request a line on the standard input, one
 * JSON reply a line on the standard output; see requests.ts.
 */
import { createInterface } from 'node:readline';
import { backend, distill, graph, models, type nn, tf } from 'scalable-inference';
import { randomiseStatistics } from '../../graph/support';
import { labellingSpeed, openTeacher, trainingSpeed } from '../loops';
import { median } from '../table';
import { timeOnce } from '../time';
import type { ForwardRequest, LoopRequest, Reply } from './requests';

/** Untimed passes before the timed ones: a card raises its clock, and libraries choose their kernels. */
const WARM_UPS = 3;

const pictures = (batch: number, size: number): tf.Tensor =>
  tf.randomUniform([batch, size, size, 3], 0, 1, 'float32', 1);

/** Gives weights to layers that begin as zeros, such as a transformer's head: its result would not depend on the picture. */
function withoutZeros<T extends nn.Module>(net: T): T {
  for (const [, parameter] of net.namedParameters())
    tf.tidy(() => {
      if (tf.max(tf.abs(parameter)).dataSync()[0] > 0) return;
      parameter.assign(tf.randomNormal(parameter.shape, 0, 0.02, 'float32', 2));
    });
  return net;
}

interface Prepared {
  pass(): tf.Tensor;
  dispose(): void;
}

const prepared = new Map<string, Prepared>();

const keyOf = ({ form, network, batch, size }: ForwardRequest): string => [form, network, batch, size].join();

async function prepare({ form, network, batch, size }: ForwardRequest): Promise<Prepared> {
  const net = withoutZeros(randomiseStatistics(models.create(network as models.ModelName, { seed: 0 }).eval()));
  const x = pictures(batch, size);
  if (form === 'eager') return { pass: () => net.forward(x), dispose: () => (net.dispose(), x.dispose()) };
  const half = form === 'xla float16' ? ({ precision: 'float16', sample: x, maxError: 1 } as const) : {};
  const run = await graph.compile(graph.trace(net, [batch, size, size, 3]), {
    ...half,
    ...(form === 'compiled' ? { engine: 'tensorflow' } : { xla: true }),
  });
  net.dispose();
  return { pass: () => run.predict(x), dispose: () => (run.dispose(), x.dispose()) };
}

async function forward(request: ForwardRequest): Promise<Reply> {
  const key = keyOf(request);
  if (request.what === 'forget') {
    for (const { dispose } of prepared.values()) dispose();
    prepared.clear();
    return {};
  }
  const start = performance.now();
  const network = prepared.get(key) ?? (await prepare(request));
  prepared.set(key, network);
  if (request.what === 'prepare') return { first: (timeOnce(network.pass), (performance.now() - start) / 1000) };
  if (request.what === 'result') {
    const y = network.pass();
    const { buffer, byteOffset, byteLength } = (await y.data()) as Float32Array;
    y.dispose();
    return { values: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  for (let i = 0; i < WARM_UPS; i++) timeOnce(network.pass);
  return { ms: median(Array.from({ length: request.repeats }, () => timeOnce(network.pass))) };
}

/** One step of training: forward, gradients of the labels' loss, update. */
async function step({ network, batch, size, steps, kind }: LoopRequest): Promise<Reply> {
  const net: nn.Module =
    network === 'small_cnn' ? new models.SmallCnn({ seed: 0 }) : models.create('resnet18', { seed: 0, numClasses: 10 });
  net.train();
  const x = pictures(batch, size) as tf.Tensor4D;
  const labels = tf.tensor1d(
    Int32Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  );
  const variables = net.namedParameters().map(([, parameter]) => parameter);
  const optimizer = new distill.Sgd(variables, { momentum: 0.9, weightDecay: 5e-4 });
  const learner = { net, optimizer, variables };
  const task: distill.StepTask = {
    batch: { x, labels, positions: new Uint32Array(batch), flipped: new Uint8Array(batch), dispose: () => undefined },
    target: {
      of: (student) => distill.loss({ student, labels, alpha: 1 }),
      reads: [labels],
      checked: [labels],
      check: () => undefined,
      dispose: () => undefined,
    },
    learningRate: tf.scalar(0.01),
  };
  const graphStep = kind === 'eager' ? null : await distill.GraphStep.open(learner, task, { xla: kind === 'xla' });
  const begin = graphStep?.step ?? distill.eagerStep(learner);
  const one = (): tf.Tensor => {
    const { loss, logits } = begin(task)();
    logits.dispose();
    return loss;
  };
  for (let i = 0; i < WARM_UPS; i++) timeOnce(one);
  const ms = median(Array.from({ length: steps }, () => timeOnce(one)));
  graphStep?.dispose();
  optimizer.dispose();
  net.dispose();
  tf.dispose([x, labels, task.learningRate]);
  return { ms };
}

async function label({ what, batch, steps }: LoopRequest): Promise<Reply> {
  const { labeller, dispose } = await openTeacher(what === 'label xla');
  await labellingSpeed(labeller, batch, 2);
  const perSecond = await labellingSpeed(labeller, batch, steps);
  dispose();
  return { perSecond };
}

async function answer(request: ForwardRequest | LoopRequest): Promise<Reply> {
  switch (request.what) {
    case 'step':
      return await step(request);
    case 'train':
      return { perSecond: await trainingSpeed(request.batch, request.steps, request.kind) };
    case 'label':
    case 'label xla':
      return await label(request);
    default:
      return await forward(request);
  }
}

async function main(): Promise<void> {
  await backend.ready();
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as ForwardRequest | LoopRequest).catch((error: Error) => ({
      error: error.message.split('\n')[0],
    }));
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

void main();
