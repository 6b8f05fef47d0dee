import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { checkpoint, graph, measure, nn, tf } from 'scalable-inference';

const F = nn.functional;
const times = (factor: number): nn.Linear => {
  const layer = new nn.Linear({ inFeatures: 2, outFeatures: 2, bias: false });
  tf.tidy(() => layer.parameterSlot('weight')!.tensor.assign(tf.mul(tf.eye(2), factor)));
  return layer;
};
const run = (modules: Iterable<nn.Module>, x: tf.Tensor): tf.Tensor =>
  [...modules].reduce((value, module) => module.forward(value), x);

abstract class Holder extends nn.Module {
  abstract modules(): Iterable<nn.Module>;
  forward(x: tf.Tensor): tf.Tensor {
    return run(this.modules(), x);
  }
}
class InArray extends Holder {
  layers = [times(2), times(5)];
  modules = (): nn.Module[] => this.layers;
}
class InObject extends Holder {
  layers = { enc: times(2), dec: times(5) };
  modules = (): nn.Module[] => Object.values(this.layers);
}
class InMap extends Holder {
  layers = new Map([
    ['2', times(2)],
    ['1', times(5)],
  ]);
  modules = (): Iterable<nn.Module> => this.layers.values();
}
class InSet extends Holder {
  layers = new Set([times(2), times(5)]);
  modules = (): Iterable<nn.Module> => this.layers;
}
class Nested extends Holder {
  blocks = [{ up: [times(2)], down: new Map([['a', times(5)]]) }, { up: [] }];
  modules = (): nn.Module[] => [this.blocks[0].up[0], this.blocks[0].down!.get('a')!];
}

const KINDS: Array<[new () => Holder, string[]]> = [
  [InArray, ['layers.0', 'layers.1']],
  [InObject, ['layers.enc', 'layers.dec']],
  [InMap, ['layers.2', 'layers.1']],
  [InSet, ['layers.0', 'layers.1']],
  [Nested, ['blocks.0.up.0', 'blocks.0.down.a']],
];

describe('modules in containers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tree-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const [Kind, paths] of KINDS)
    it(`belong to the tree: ${Kind.name}`, async () => {
      const net = new Kind().eval();
      const names = paths.map((each) => `${each}.weight`);
      assert.deepEqual(Object.keys(net.stateDict()), names);
      assert.deepEqual(
        net.namedParameters().map(([name]) => name),
        names,
      );
      assert.equal(net.parameterCount(), 8);
      const { params, tree, macs } = measure.complexity(net, [1, 2]);
      assert.deepEqual([params, macs, tree.children.length], [8, 8, 2]);
      assert.ok(net.namedModules().every(([, module]) => !module.training));
      const x = tf.tensor2d([[1, 1]]);
      const compiled = await graph.compile(graph.trace(net, [1, 2]));
      assert.deepEqual(compiled.predict(x).arraySync(), [[10, 10]]);
      compiled.dispose();
      const file = path.join(folder, 'net.safetensors');
      await checkpoint.save(net, file);
      const other = new Kind();
      for (const [, tensor] of other.namedParameters()) tensor.assign(tf.zerosLike(tensor));
      await checkpoint.load(other, file);
      assert.deepEqual(other.forward(x).arraySync(), [[10, 10]]);
    });

  it('count when they are pushed later', () => {
    const net = new InArray();
    assert.equal(net.parameterCount(), 8);
    net.layers.push(times(3));
    assert.equal(net.parameterCount(), 12);
    assert.deepEqual(net.forward(tf.tensor2d([[1, 1]])).arraySync(), [[30, 30]]);
    assert.equal(measure.complexity(net, [1, 2]).params, 12);
  });

  it('follow a change of the mode', () => {
    class Noisy extends nn.Module {
      parts = { drop: new nn.Dropout(0.9), norms: [new nn.BatchNorm2d({ numFeatures: 2 })] };
      forward(x: tf.Tensor): tf.Tensor {
        return this.parts.norms[0].forward(this.parts.drop.forward(x));
      }
    }
    const net = new Noisy();
    assert.ok(graph.trace(net, [1, 1, 1, 2]).output);
    assert.ok(net.namedModules().every(([, module]) => module.training));
    assert.ok(
      Math.abs(
        net
          .eval()
          .forward(tf.ones([1, 1, 1, 2]))
          .dataSync()[0] - 1,
      ) < 1e-4,
    );
  });

  it('may be put into a field while forward runs', () => {
    class Lazy extends nn.Module {
      layer?: nn.Linear;
      forward(x: tf.Tensor): tf.Tensor {
        return (this.layer ??= times(3)).forward(x);
      }
    }
    assert.equal(measure.complexity(new Lazy(), [1, 2]).macs, 4);
  });
});

const outside = times(7);
const hidden = new WeakMap<object, nn.Linear>();

class Private extends nn.Module {
  #layer = times(3);
  forward(x: tf.Tensor): tf.Tensor {
    return this.#layer.forward(x);
  }
}
class Global extends nn.Module {
  own = times(2);
  forward(x: tf.Tensor): tf.Tensor {
    return outside.forward(this.own.forward(x));
  }
}
class Hidden extends nn.Module {
  constructor() {
    super();
    hidden.set(this, times(3));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return hidden.get(this)!.forward(x);
  }
}
class OnlyWeight extends nn.Module {
  own = times(2);
  forward(x: tf.Tensor): tf.Tensor {
    return F.linear(this.own.forward(x), outside.weight);
  }
}
class Boxed extends nn.Module {
  box = new (class Box {
    layer = times(3);
  })();
  forward(x: tf.Tensor): tf.Tensor {
    return this.box.layer.forward(x);
  }
}
class Closed extends nn.Module {
  compute: (x: tf.Tensor) => tf.Tensor;
  constructor() {
    super();
    const layer = times(3);
    this.compute = (x) => layer.forward(x);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.compute(x);
  }
}
class Outer extends nn.Module {
  blocks = [new Private()];
  forward(x: tf.Tensor): tf.Tensor {
    return this.blocks[0].forward(x);
  }
}

describe('modules outside the tree', () => {
  const refusal = (caller: string): RegExp =>
    new RegExp(
      `${caller} computes with a module of class Linear that does not belong to the network.*this\\.linear = `,
      's',
    );
  const x = tf.ones([1, 2]);

  for (const Kind of [Private, Global, Hidden, OnlyWeight, Boxed, Closed])
    describe(Kind.name, () => {
      it('are refused when traced and counted', () => {
        assert.throws(() => graph.trace(new Kind(), [1, 2]), refusal(Kind.name));
        assert.throws(() => measure.complexity(new Kind(), [1, 2]), refusal(Kind.name));
      });

      it('are refused by counts, state and files once a forward pass showed them', async () => {
        const net = new Kind();
        net.forward(x);
        for (const door of [() => net.parameterCount(), () => net.stateDict(), () => net.namedParameters()])
          assert.throws(door, refusal(Kind.name));
        await assert.rejects(checkpoint.save(net, path.join(tmpdir(), 'never.safetensors')), refusal(Kind.name));
      });

      it('are refused while gradients are recorded', () => {
        const net = new Kind();
        const variable = tf.variable(tf.ones([1, 2]));
        assert.throws(() => tf.variableGrads(() => tf.sum(net.forward(variable)), [variable]), refusal(Kind.name));
      });
    });

  it('are named with the path of the module that runs them', () => {
    assert.throws(() => measure.complexity(new Outer(), [1, 2]), refusal("'blocks.0' \\(Private\\)"));
    const net = new Outer();
    net.forward(x);
    assert.throws(() => net.parameterCount(), refusal("'blocks.0' \\(Private\\)"));
  });

  it('are no matter once they have become part of the network, or are not used any more', () => {
    class Switch extends nn.Module {
      layer: nn.Linear = times(2);
      outer: nn.Linear | null = outside;
      forward(value: tf.Tensor): tf.Tensor {
        const y = this.layer.forward(value);
        return this.outer ? y : outside.forward(y);
      }
    }
    const net = new Switch();
    net.outer = null;
    net.forward(x);
    assert.throws(() => net.parameterCount(), /does not belong/);
    net.outer = outside;
    assert.equal(net.parameterCount(), 8);
    const old = net.layer;
    net.forward(x);
    net.layer = times(4);
    old.dispose();
    assert.equal(net.parameterCount(), 8);
  });

  it('may be variables, which are refused alike', () => {
    class Variable extends nn.Module {
      scale = tf.variable(tf.ones([2]));
      forward(value: tf.Tensor): tf.Tensor {
        return F.multiply(value, this.scale);
      }
    }
    assert.throws(
      () => measure.complexity(new Variable(), [1, 2]),
      /Variable computes with a variable of shape \[2\].*registerParameter/,
    );
  });
});
