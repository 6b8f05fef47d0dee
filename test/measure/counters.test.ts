import * as assert from 'node:assert/strict';
import { measure, nn, tf } from 'scalable-inference';

const { Linear, Module, Sequential } = nn;

/** An operation of a user: x² + 1. Without `count`, as plain JavaScript may leave it out. */
const squarePlusOne = nn.ops.defineOp({
  name: 'test.squarePlusOne',
  shape: ([x]) => x,
  kernel: ([x]) => tf.add(tf.square(x), 1),
  tensorflow: (emit, [x]) => emit.node('Square', [x], nn.ops.FLOAT),
} as Omit<nn.ops.OpDefinition, 'count'> as nn.ops.OpDefinition);

class Squares extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return nn.ops.apply(squarePlusOne, [x], {});
  }
}

/** Raw tensor methods around a layer: cannot be traced. */
class Raw extends Module {
  readonly fc = new Linear({ inFeatures: 4, outFeatures: 3 });
  constructor() {
    super();
    this.registerParameter('scale', tf.ones([3]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.fc.forward(x.square()).mul(this.value('scale'));
  }
}

class RawChild extends Raw {}

const around = (middle: nn.Module, width: number): nn.Module =>
  new Sequential([
    new Linear({ inFeatures: 2, outFeatures: 4 }),
    middle,
    new Linear({ inFeatures: width, outFeatures: 5 }),
  ]);

describe('complexity: what has no counter', () => {
  it('names an operation without one, with the module that uses it', () => {
    const result = measure.complexity(around(new Squares(), 4), [3, 2]);
    assert.deepEqual(
      result.uncounted.map(({ name, path }) => [name, path]),
      [['test.squarePlusOne', '1']],
    );
    assert.equal(result.macs, 3 * (2 * 4 + 4 * 5));
    assert.match(measure.toText(result), /at least 84[\s\S]*NOT COUNTED: test\.squarePlusOne in '1'/);
  });

  it('names a module that cannot be traced, counts the layers in it, and goes on after it', () => {
    const before = tf.memory().numTensors;
    const net = around(new Raw(), 3);
    const made = tf.memory().numTensors;
    const result = measure.complexity(net, [3, 2]);
    assert.equal(tf.memory().numTensors, made);
    assert.deepEqual(
      result.uncounted.map(({ name, path }) => [name, path]),
      [['Raw', '1']],
    );
    assert.match(result.uncounted[0].reason, /x\.square\(\) goes past.*F\.multiply\(x, x\)/);
    assert.equal(result.macs, 3 * (2 * 4 + 4 * 3 + 3 * 5));
    assert.deepEqual(
      result.rows.map(({ path, outputShape }) => [path, outputShape]),
      [
        ['0', [3, 4]],
        ['1', [3, 3]],
        ['1.fc', [3, 3]],
        ['2', [3, 5]],
      ],
    );
    net.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('works where the whole network cannot be traced', () => {
    const result = measure.complexity(new Raw(), [2, 4]);
    assert.deepEqual([result.macs, result.uncounted.length, result.tree.outputShape], [24, 1, [2, 3]]);
  });

  it('still reports a wrong input as such', () => {
    assert.throws(() => measure.complexity(around(new Raw(), 3), [3, 7]), /'0' \(Linear\).*expects 2 features/);
    assert.throws(() => measure.complexity(new Raw(), [3, 7]), /'fc' \(Linear\).*expects 4 features/);
  });
});

describe('registerCounter', () => {
  const undo: Array<() => void> = [];
  afterEach(() => undo.splice(0).forEach((remove) => remove()));

  it('counts an operation by its name, under every convention', () => {
    undo.push(measure.registerCounter('test.squarePlusOne', ({ output }) => ({ macs: nn.ops.sizeOf(output) })));
    for (const convention of measure.CONVENTIONS) {
      const result = measure.complexity(new Squares(), [3, 4], { convention });
      assert.deepEqual([result.macs, result.uncounted], [12, []]);
    }
  });

  it('keeps conventions apart where the counter does, and names what a tool drops', () => {
    undo.push(
      measure.registerCounter('test.squarePlusOne', () => ({ macs: 5, ptflops: 7, fvcore: 0, droppedBy: 'my kernel' })),
    );
    const result = measure.complexity(new Squares(), [3, 4], { convention: 'ptflops' });
    assert.deepEqual([result.macs, result.reference, result.dropped], [7, 0, [{ name: 'my kernel', macs: 7 }]]);
    assert.equal(measure.complexity(new Squares(), [3, 4], { convention: 'fvcore' }).macs, 0);
  });

  it('counts a class and steps over it', () => {
    undo.push(
      measure.registerCounter(Raw, (module, [x]) => ({
        macs: x[0] * module.fc.outFeatures * 100,
        outputShape: [x[0], 3],
      })),
    );
    const result = measure.complexity(around(new Raw(), 3), [2, 2]);
    assert.deepEqual(result.uncounted, []);
    assert.equal(result.macs, 2 * (2 * 4 + 300 + 3 * 5));
    const row = result.rows.find(({ path }) => path === '1');
    assert.deepEqual([row?.macs, row?.activations, row?.bytes], [600, 6, 4 * (2 * 4 + 18 + 6)]);
    assert.equal(result.params, 12 + 18 + 20);
    assert.ok(result.byOperator.some(({ operator, macs }) => operator === 'Raw' && macs === 600));
  });

  it('counts subclasses like their base, unless they have their own', () => {
    undo.push(measure.registerCounter(Raw, (_module, [x]) => ({ macs: 1, outputShape: [x[0], 3] })));
    assert.equal(measure.complexity(new RawChild(), [1, 4]).macs, 1);
    undo.push(measure.registerCounter(RawChild, (_module, [x]) => ({ macs: 2, outputShape: [x[0], 3] })));
    assert.equal(measure.complexity(new RawChild(), [1, 4]).macs, 2);
  });

  it('is undone by what it returns', () => {
    const remove = measure.registerCounter('test.squarePlusOne', () => ({ macs: 1 }));
    assert.throws(() => measure.registerCounter('test.squarePlusOne', () => ({ macs: 1 })), /registered already/);
    remove();
    assert.equal(measure.complexity(new Squares(), [1, 4]).uncounted.length, 1);
  });

  it('refuses counts that are none', () => {
    undo.push(measure.registerCounter('test.squarePlusOne', () => ({ macs: NaN })));
    assert.throws(
      () => measure.complexity(new Squares(), [1, 4]),
      /macs given by the counter of operation 'test.squarePlusOne' must be a non-negative integer, got NaN/,
    );
    undo.push(measure.registerCounter(Raw, () => ({ macs: 1, outputShape: [0, 3] })));
    assert.throws(
      () => measure.complexity(new Raw(), [1, 4]),
      /outputShape given by the counter of class Raw must be a list of positive integers, got \[0, 3\]/,
    );
    undo.push(measure.registerCounter(RawChild, () => ({ macs: -1, outputShape: [1, 3] })));
    assert.throws(
      () => measure.complexity(new RawChild(), [1, 4]),
      /macs given by the counter of class RawChild must be a non-negative integer, got -1/,
    );
  });

  it('refuses targets that are none', () => {
    assert.throws(
      () => measure.registerCounter(Map as unknown as measure.ModuleClass, () => ({ outputShape: [1] })),
      /derived from nn\.Module/,
    );
    assert.throws(
      () => measure.registerCounter('x', 5 as unknown as measure.OpCounter),
      /counter of operation 'x' must be a function, got 5/,
    );
  });
});
