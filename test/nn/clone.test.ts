import assert from 'node:assert/strict';
import { nn, prune, tf } from 'scalable-inference';

const F = nn.functional;
const dense = (): nn.Linear => new nn.Linear({ inFeatures: 4, outFeatures: 4 });

class Arrow extends nn.Module {
  a = dense();
  override forward = (x: tf.Tensor): tf.Tensor => this.a.forward(x);
}
class Helper extends nn.Module {
  a = dense();
  helper = (x: tf.Tensor): tf.Tensor => this.a.forward(x);
  forward(x: tf.Tensor): tf.Tensor {
    return this.helper(x);
  }
}
class Bound extends Helper {
  bound = this.compute.bind(this);
  compute(x: tf.Tensor): tf.Tensor {
    return this.a.forward(x);
  }
}
class Hash extends nn.Module {
  #a = 1;
  l = dense();
  forward(x: tf.Tensor): tf.Tensor {
    return F.multiply(this.l.forward(x), F.constant([this.#a], [1]));
  }
}
class Heir extends Hash {}
class Accessor extends nn.Module {
  l = dense();
  declare layer: nn.Linear;
  constructor() {
    super();
    Object.defineProperty(this, 'layer', { get: () => this.l, enumerable: true, configurable: true });
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.layer.forward(x);
  }
}
class Box {
  layer = dense();
}
class Boxed extends nn.Module {
  box = new Box();
  forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}
class Tensor extends nn.Module {
  scale = tf.ones([1]);
  forward(x: tf.Tensor): tf.Tensor {
    return F.multiply(x, this.scale);
  }
}

const REFUSED: Array<[new () => nn.Module, RegExp]> = [
  [
    Arrow,
    /Arrow cannot be copied: its field 'forward' is an arrow function.*write it as a method of the class, forward\(/,
  ],
  [Helper, /Helper cannot be copied: its field 'helper' is an arrow function/],
  [Hash, /Hash cannot be copied: its field #\w*a can be read by the class alone; write 'private /],
  [Heir, /Hash cannot be copied: its field #/],
  [Accessor, /Accessor cannot be copied: its field 'layer' is an arrow function/],
  [Boxed, /Boxed cannot be copied: its field 'box' holds modules inside an object of class Box/],
  [Tensor, /Tensor cannot be copied: its field 'scale' holds a tensor.*this\.registerBuffer\('scale'/],
];

describe('what a copy cannot have', () => {
  for (const [Kind, sentence] of REFUSED)
    it(`is refused by name: ${Kind.name}`, () => {
      assert.throws(() => new Kind().clone(), { name: 'Error', message: sentence });
      assert.throws(() => prune.structured.shrink(new Kind(), { amount: 0.5, inputShape: [1, 4] }), sentence);
      assert.throws(() => new nn.Sequential([new Kind()]).clone(), sentence);
    });

  it('is refused by name for bound functions', () => {
    class Only extends Bound {}
    const net = new Only();
    delete (net as Partial<Helper>).helper;
    assert.throws(() => net.clone(), /its field 'bound' is a bound function/);
  });

  it('is named where only its forward shows it', () => {
    const settings = new WeakMap<object, { factor: number }>();
    class Secret extends nn.Module {
      constructor() {
        super();
        settings.set(this, { factor: 2 });
      }
      forward(x: tf.Tensor): tf.Tensor {
        return F.multiply(x, F.constant([settings.get(this)!.factor], [1]));
      }
    }
    assert.throws(
      () => new Secret().clone().forward(tf.ones([1, 2])),
      /forward of a copy of Secret looks for something that only the original has.*ordinary fields/,
    );
  });
});

describe('what a copy can have', () => {
  it('an arrow function as forward runs, is traced and hooked in the original', () => {
    const net = new nn.Sequential([new Arrow()]).eval();
    let calls = 0;
    net.at(0).registerForwardHook(() => void calls++);
    const before = tf.memory().numTensors;
    net.forward(tf.ones([1, 4])).dispose();
    assert.equal(calls, 1);
    assert.ok(tf.memory().numTensors <= before + 1);
  });

  it('functions that know nothing of the object, static # members, accessors of the class, containers', () => {
    class Rich extends nn.Module {
      static #count = 0;
      activation = F.relu;
      heads = new Map([['a', [dense()]]]);
      both = new Set<nn.Module>();
      names: unknown[] = [];
      constructor() {
        super();
        this.both.add(this.heads.get('a')![0]);
        this.names.push(this.names, Rich.#count++);
      }
      get head(): nn.Module {
        return this.heads.get('a')![0];
      }
      forward(x: tf.Tensor): tf.Tensor {
        return this.activation(this.head.forward(x));
      }
    }
    const net = new Rich();
    const copy = net.clone();
    assert.notEqual(copy.head, net.head);
    assert.deepEqual([...copy.both], [copy.head]);
    assert.equal(copy.names[0], copy.names);
    assert.deepEqual(Object.keys(copy.stateDict()), [
      'heads.a.0.weight',
      'heads.a.0.bias',
      'both.0.weight',
      'both.0.bias',
    ]);
    assert.deepEqual(copy.forward(tf.ones([1, 4])).dataSync(), net.forward(tf.ones([1, 4])).dataSync());
  });
});
