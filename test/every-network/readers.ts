import assert from 'node:assert/strict';
import * as path from 'node:path';
import { checkpoint, graph, measure, type nn, onnx, prune, quantize, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';

/** What every reader is given: a network in inference mode and a picture shape that it takes. */
export interface Case {
  net: nn.Module;
  /** [1, height, width, channels] */
  shape: number[];
  /** Builds the same network with other weights. */
  another(): nn.Module;
  /** A folder for files. */
  folder: string;
}

type Reader = (network: Case) => Promise<void>;

/** Rounding apart. */
const SAME = 1e-4;
const PICTURES = 2;
const FEW = 5e5;

const pictures = ({ shape: [, ...rest] }: Case, seed = 3): tf.Tensor =>
  tf.randomUniform([PICTURES, ...rest], -1, 1, 'float32', seed);

/** Compares an output, which is freed, with what `forward` gives. */
async function agrees(network: Case, run: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>): Promise<void> {
  const x = pictures(network);
  const [got, wanted] = [await run(x), network.net.forward(x)];
  const far = relativeDistance(got, wanted);
  tf.dispose([x, got, wanted]);
  assert.ok(far < SAME, `the output is ${far.toExponential(2)} away`);
}

/** Every batch size runs through one graph, with the same operations. */
const traced: Reader = ({ net, shape }) => {
  const { nodes, output } = graph.trace(net, shape);
  assert.equal(output.batch?.axis, 0);
  const { nodes: more } = graph.trace(net, [3, ...shape.slice(1)]);
  assert.deepEqual(
    more.map(({ op, path: place }) => [op, place]),
    nodes.map(({ op, path: place }) => [op, place]),
  );
  return Promise.resolve();
};

/** All work is counted in each convention, and the rows add up. */
const counted: Reader = ({ net, shape }) => {
  for (const convention of measure.CONVENTIONS) {
    const { macs, rows, uncounted, params } = measure.complexity(net, shape, { convention });
    assert.deepEqual(uncounted, []);
    assert.equal(
      rows.reduce((sum, row) => sum + row.macs, 0),
      macs,
    );
    assert.equal(params, net.parameterCount());
    assert.ok(macs > 0);
  }
  return Promise.resolve();
};

const compiled: Reader = async (network) => {
  const run = await graph.compile(graph.trace(network.net, network.shape));
  try {
    await agrees(network, (x) => run.predict(x));
  } finally {
    run.dispose();
  }
};

async function inEngine<T>(file: string, body: (session: onnx.OnnxSession) => Promise<T>): Promise<T> {
  const session = await onnx.load(file, { threads: 1 });
  try {
    return await body(session);
  } finally {
    await session.dispose();
  }
}

const exported: Reader = async (network) => {
  const file = path.join(network.folder, 'float.onnx');
  await onnx.export(network.net, network.shape, file);
  await inEngine(file, (session) => agrees(network, (x) => session.run(x)));
};

/** The int8 file computes in onnxruntime what the simulation says, and both stay near the float network. */
const quantized: Reader = async (network) => {
  const prepared = quantize.prepare(network.net, { inputShape: network.shape });
  const sample = pictures(network);
  quantize.calibrate(prepared, [sample]);
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  prepared.dispose();
  const file = path.join(network.folder, 'int8.onnx');
  try {
    await onnx.export(model, network.shape, file);
    await inEngine(file, async (session) => {
      const [engine, simulated, float] = [
        await session.run(sample),
        model.forward(sample),
        network.net.forward(sample),
      ];
      const noise = relativeDistance(simulated, float);
      const far = relativeDistance(engine, simulated);
      tf.dispose([engine, simulated, float]);
      assert.ok(noise > 0 && noise < 1, `int8 is ${noise} away from float`);
      // Where roundings fall differently, both are `noise` away from the float network, each in a direction of its own.
      assert.ok(
        far < SAME + Math.SQRT2 * noise,
        `onnxruntime is ${far} away from the simulation, whose noise is ${noise}`,
      );
    });
    // In a network of few weights the names and settings of the nodes take most of the file.
    if (network.net.parameterCount() > FEW)
      assert.ok(measure.fileSize(file) < 0.6 * sizeInFloat(network.net), 'the int8 file is too large');
  } finally {
    sample.dispose();
    model.dispose();
  }
};

const sizeInFloat = (net: nn.Module): number => 4 * net.parameterCount();

/** Channels are taken out, and the output is that of the network in which they are zero. */
const shrunk: Reader = async ({ net, shape }) => {
  const options = { amount: 0.4, inputShape: shape } as const;
  const small = prune.structured.shrink(net, options);
  const masked = prune.structured.masked(net, options);
  const x = tf.randomUniform(shape, -1, 1, 'float32', 5);
  const [got, wanted] = [small.net.forward(x), masked.forward(x)];
  const far = relativeDistance(got, wanted);
  tf.dispose([x, got, wanted]);
  assert.ok(small.after.macs < small.before.macs, 'nothing was cut');
  assert.equal(small.after.parameters, small.net.parameterCount());
  for (const each of [small.net, masked]) each.dispose();
  assert.ok(far < SAME, `the smaller network is ${far.toExponential(2)} away from the masked one`);
  return Promise.resolve();
};

/** A copy computes the same, and goes on doing so when the original changes. */
const copied: Reader = async (network) => {
  const copy = network.net.clone();
  try {
    await agrees(network, (x) => copy.forward(x));
    assert.deepEqual(
      copy.namedSlots().map(([name]) => name),
      network.net.namedSlots().map(([name]) => name),
    );
  } finally {
    copy.dispose();
  }
};

const stored: Reader = async (network) => {
  const file = path.join(network.folder, 'net.safetensors');
  await checkpoint.save(network.net, file);
  const other = network.another().eval();
  try {
    await checkpoint.load(other, file);
    await agrees(network, (x) => other.forward(x));
  } finally {
    other.dispose();
  }
};

/** Everything that reads a network. */
export const READERS: Readonly<Record<string, Reader>> = {
  traced,
  counted,
  compiled,
  exported,
  quantized,
  shrunk,
  copied,
  stored,
};
