import assert from 'node:assert/strict';
import { nn, tf } from 'scalable-inference';

const dense = (inFeatures: number, outFeatures: number): nn.Linear => new nn.Linear({ inFeatures, outFeatures });

describe('names of modules and tensors', () => {
  it("hold no dots and are not empty, by PyTorch's rule", () => {
    assert.throws(() => new nn.Sequential({ 'a.b': dense(2, 2) }), /module name can't contain "\.", got: a\.b/);
    assert.throws(() => new nn.Sequential({ '': dense(2, 2) }), /module name can't be empty string ""/);
    class Own extends nn.Module {
      constructor(name: string, parameter: boolean) {
        super();
        if (parameter) this.registerParameter(name, tf.ones([1]));
        else this.registerBuffer(name, tf.ones([1]));
      }
      forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    assert.throws(() => new Own('a.b', true), /parameter name can't contain "\.", got: a\.b/);
    assert.throws(() => new Own('', true), /parameter name can't be empty string/);
    assert.throws(() => new Own('a.b', false), /buffer name can't contain/);
    assert.throws(() => new Own('forward', true), /Own has a member 'forward' already/);
    class InObject extends nn.Module {
      layers = { 'a.b': dense(2, 2) };
      forward(x: tf.Tensor): tf.Tensor {
        return this.layers['a.b'].forward(x);
      }
    }
    assert.throws(() => new InObject().stateDict(), /module name can't contain/);
  });

  it('that are numbers keep their order as pairs or in a Map, and are refused as keys of an object', () => {
    const pairs = (): Array<[string, nn.Module]> => [
      ['2', dense(3, 4)],
      ['1', dense(4, 5)],
    ];
    for (const net of [new nn.Sequential(pairs()), new nn.Sequential(new Map(pairs()))]) {
      assert.deepEqual(net.forward(tf.ones([1, 3])).shape, [1, 5]);
      assert.deepEqual(Object.keys(net.stateDict()), ['2.weight', '2.bias', '1.weight', '1.bias']);
      assert.deepEqual(Object.keys(net.clone().stateDict()), ['2.weight', '2.bias', '1.weight', '1.bias']);
      assert.equal(net.length, 2);
    }
    assert.throws(() => new nn.Sequential(Object.fromEntries(pairs())), /names '1', '2'.*ascending.*new Map\(/);
    assert.equal(new nn.Sequential({ 7: dense(2, 2) }).length, 1);
    class Scales extends nn.Module {
      heads = { 16: dense(2, 2), 8: dense(2, 2) };
      forward(x: tf.Tensor): tf.Tensor {
        return this.heads[16].forward(x);
      }
    }
    assert.throws(() => new Scales().parameterCount(), /field 'heads' of Scales has the names '8', '16'/);
  });

  it('that are taken are refused', () => {
    for (const name of ['forward', 'length', 'training', 'at'])
      assert.throws(() => new nn.Sequential({ [name]: dense(2, 2) }), /the name of a member/);
    assert.throws(
      () => new nn.Sequential([['a', dense(2, 2)], ['a', dense(2, 2)]]), // prettier-ignore
      /cannot name a module 'a': there is one/,
    );
    assert.throws(() => new nn.Sequential([null as unknown as nn.Module]), /expects modules, got null for '0'/);
  });
});
