import assert from 'node:assert/strict';
import { backend, graph, models, tf } from 'scalable-inference';
import { randomiseStatistics } from '../graph/support';

/** Distance of the norm. */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const [a, b] = [Array.from(actual), Array.from(expected)];
  const norm = (values: number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return norm(a.map((value, i) => value - b[i])) / norm(b);
}

describe('backend: precision of float32 products', () => {
  let info: backend.BackendInfo;
  before(async () => {
    info = await backend.ready();
  });
  afterEach(() => {
    if (info.name === 'tensorflow') backend.allowTensorFloat32(true);
  });

  it('is float32 where TF32 is forbidden, layer by layer and under XLA, and what the machine has otherwise', async () => {
    if (info.name !== 'tensorflow')
      return assert.throws(() => backend.allowTensorFloat32(false), /needs the TensorFlow addon/);
    const before = backend.precision();
    assert.equal(before, info.device === 'gpu' ? 'tf32' : 'float32');
    const net = randomiseStatistics(new models.SmallCnn({ seed: 0 }).eval());
    const x = tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 1);
    backend.allowTensorFloat32(false);
    assert.equal(backend.precision(), 'float32');
    const strict = tf.tidy(() => net.forward(x).dataSync());
    const errors: number[] = [];
    for (const allowed of [false, true]) {
      backend.allowTensorFloat32(allowed);
      const run = await graph.compile(graph.trace(net, [2, 32, 32, 3]), { xla: true, onXla: () => undefined });
      errors.push(
        distance(
          tf.tidy(() => run.predict(x).dataSync()),
          strict,
        ),
      );
      run.dispose();
    }
    assert.equal(backend.precision(), before);
    const [forbidden, allowed] = errors;
    assert.ok(forbidden < 1e-5, `forbidden: ${forbidden}`);
    if (before === 'tf32') assert.ok(allowed > forbidden && allowed < 3e-3, `allowed: ${allowed}`);
    else assert.ok(allowed < 1e-5, `allowed: ${allowed}`);
    net.dispose();
    x.dispose();
  });
});
