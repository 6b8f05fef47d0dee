import assert from 'node:assert/strict';
import { backend, graph, tf } from 'scalable-inference';
import { Body, F, PICTURE } from './body';

describe('graph: symbols in place of tensors', () => {
  before(() => backend.ready());

  const REFUSED_CALLS: ReadonlyArray<readonly [string, (x: tf.Tensor) => tf.Tensor, RegExp]> = [
    ['x.add', (x) => x.add(1), /x\.add\(\) goes past .*: write F\.add/],
    ['x.mul', (x) => x.mul(x), /x\.mul\(\) .*F\.multiply\(a, b\)/],
    ['x.elu', (x) => x.elu(), /x\.elu\(\) .*nn\.ops\.defineOp/],
    ['x.squeeze', (x) => x.squeeze(), /x\.squeeze\(\) .*F\.reshape/],
    ['tf.add', (x) => tf.add(x, x), /tf\.add on a traced tensor .*write F\.add/],
    ['tf.matMul', (x) => tf.matMul(x, x), /tf\.matMul on a traced tensor .*F\.matmul/],
    ['tf.concat', (x) => tf.concat([x, x]), /tf\.concat on a traced tensor .*F\.concat/],
    ['x.arraySync', (x) => tf.tensor(x.arraySync()), /no values: .*x\.arraySync\(\) asks for/],
    ['x.dataSync', (x) => tf.tensor(x.dataSync()), /must not depend on the numbers in its input/],
    ['x + 1', (x) => F.constant([Number(x) + 1], [1]), /arithmetic of JavaScript/],
  ];
  for (const [name, forward, sentence] of REFUSED_CALLS)
    it(`refuses ${name} by name`, () =>
      assert.throws(
        () => graph.trace(new Body(6, forward), [1, ...PICTURE]),
        ({ message }: Error) => {
          assert.match(message, /^In Body: /);
          assert.match(message, sentence);
          return true;
        },
      ));

  it('lets forward free its intermediates', () => {
    const net = new Body(6, (x) => {
      const y = F.relu(x);
      const z = F.tanh(y.clone());
      y.dispose();
      tf.dispose([y]);
      assert.ok(!y.isDisposed && `${z}`.includes('4, 3, 6'));
      return z;
    });
    assert.deepEqual(
      graph.trace(net, [2, ...PICTURE]).nodes.map(({ op }) => op),
      ['input', 'relu', 'tanh'],
    );
  });
});
