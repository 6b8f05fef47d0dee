import { nn, tf } from 'scalable-inference';
import { ArrayHolder, FieldsHolder, ListHolder, MapHolder, NestedHolder, ObjectHolder } from './holders';
import { ACTIVATIONS, AttentionByHand, Concat, Dense, Gate, Lambda, Loop, Product, Residual } from './modules';
import { ScaleShift, TableBias, TiedDecoder, TiedLayers, TwoNorms, TwoWeights } from './own-weights';
import { functionOf } from './functions';
import { rowsOf, type Composite, type Dims, type Holder, type Part, type Spec } from './parts';
import { Random } from './random';

/** The network of a spec, weights filled, in inference mode. */
export function build(spec: Spec): nn.Module {
  const net = buildPart(spec.body, new Map());
  fill(net, spec);
  return net.eval();
}

/** Pictures, tokens, features or integers for a network, the same for the same seed. */
export function inputsFor(spec: Spec, batch: number, seed = 1): tf.Tensor {
  const random = new Random(spec.seed * 7919 + seed * 104729 + batch);
  const size = spec.input.reduce((a, b) => a * b, batch);
  const rows = rowsOf(spec.body);
  if (rows !== undefined) {
    const numbers = Int32Array.from({ length: size }, () => Math.floor(rows * random.next()));
    return tf.tensor(numbers, [batch, ...spec.input], 'int32');
  }
  const values = Float32Array.from({ length: size }, () => 2.4 * random.next() - 1.1);
  return tf.tensor(values, [batch, ...spec.input]);
}

const HOLDERS: Record<Holder, (modules: readonly nn.Module[]) => nn.Module> = {
  sequential: (modules) => new nn.Sequential(modules),
  named: (modules) => new nn.Sequential(Object.fromEntries(modules.map((module, i) => [`layer${i}`, module]))),
  list: (modules) => new ListHolder(modules),
  fields: (modules) => new FieldsHolder(modules),
  array: (modules) => new ArrayHolder(modules),
  numbered: (modules) => new nn.Sequential(modules.map((module, i) => [String(9 - i), module] as const)),
  object: (modules) => new ObjectHolder(modules),
  map: (modules) => new MapHolder(modules),
  nested: (modules) => new NestedHolder(modules),
  pushed(modules) {
    const holder = new ArrayHolder([]);
    holder.layers.push(...modules);
    return holder;
  },
};

function buildPart(part: Part, shared: Map<string, nn.Module>): nn.Module {
  const inner = (child: Part): nn.Module => buildPart(child, shared);
  switch (part.kind) {
    case 'sequence':
      return HOLDERS[part.holder](part.parts.map(inner));
    case 'residual':
      return new Residual(inner(part.body));
    case 'gate':
      return new Gate(inner(part.body));
    case 'concat':
      return new Concat(part.branches.map(inner));
    case 'dense':
      return new Dense(part.blocks.map(inner));
    case 'product':
      return new Product(inner(part.left), inner(part.right));
    case 'repeat': {
      const body = inner(part.body);
      return part.listed
        ? new nn.Sequential(Array.from({ length: part.times }, () => body))
        : new Loop(body, part.times);
    }
    case 'shared': {
      const module = shared.get(part.key) ?? inner(part.body);
      shared.set(part.key, module);
      return module;
    }
    default:
      return buildLayer(part);
  }
}

type Leaf = Exclude<Part, Composite>;

function buildLayer(part: Leaf): nn.Module {
  switch (part.kind) {
    case 'conv': {
      const { inputs: inChannels, outputs: outChannels, kernel: kernelSize, ...rest } = part;
      return new nn.Conv2d({ inChannels, outChannels, kernelSize, ...rest });
    }
    case 'linear':
      return new nn.Linear({ inFeatures: part.inputs, outFeatures: part.outputs, bias: part.bias });
    case 'embedding':
      return new nn.Embedding({ numEmbeddings: part.rows, embeddingDim: part.width });
    case 'batchNorm':
      return new nn.BatchNorm2d({ numFeatures: part.features, epsilon: part.epsilon });
    case 'layerNorm':
      return new nn.LayerNorm(part);
    case 'activation': {
      const { layer, apply } = ACTIVATIONS[part.name];
      return part.layer ? new layer() : new Lambda(apply);
    }
    case 'maxPool':
      return new nn.MaxPool2d({ kernelSize: part.kernel, stride: part.stride, padding: part.padding });
    case 'avgPool':
      return new nn.AvgPool2d({ kernelSize: part.kernel, stride: part.stride, padding: part.padding });
    case 'globalAvgPool':
      return new nn.AdaptiveAvgPool2d();
    case 'adaptivePool':
      return new nn.AdaptiveAvgPool2d([...part.size]);
    case 'flatten':
      return new nn.Flatten();
    case 'attention':
      return part.byHand
        ? new AttentionByHand(part.features, part.heads)
        : new nn.MultiheadAttention({ embedDim: part.features, numHeads: part.heads });
    case 'scaleShift':
      return new ScaleShift(part.features);
    case 'tableBias':
      return new TableBias(part.rows, part.features, part.indices);
    case 'twoWeights':
      return new TwoWeights(part.features);
    case 'tied':
      return new TiedDecoder(part.features, part.hidden, ACTIVATIONS[part.activation].apply);
    case 'tiedLayers':
      return new TiedLayers(part.features);
    case 'twoNorms':
      return new TwoNorms(part.channels, part.bias);
    default:
      return new Lambda(functionOf(part));
  }
}

/** Ranges of values by a parameter's role: weights, scales, statistics that are not trivial. */
function rangeOf(name: string, dims: Dims, scale: Spec['scale']): [low: number, high: number] {
  const factor = { ordinary: 1, large: 30, small: 1e-3 }[scale];
  if (name.endsWith('running_var')) return [0.3, 1.8];
  if (name.endsWith('running_mean')) return [-0.4, 0.6];
  if (dims.length === 1 && /(weight|scale)$/.test(name)) return [0.4, 1.6];
  if (dims.length === 1) return [-0.5 * factor, 0.6 * factor];
  const fan = dims.slice(0, -1).reduce((a, b) => a * b, 1);
  const bound = (factor * 1.6) / Math.sqrt(fan);
  return [-bound, 1.1 * bound];
}

function fill(net: nn.Module, { seed, scale, dead }: Spec): void {
  const random = new Random(seed * 31 + 17);
  const seen = new Set<unknown>();
  for (const [name, { tensor }] of net.namedSlots()) {
    if (seen.has(tensor) || tensor.dtype !== 'float32') continue;
    seen.add(tensor);
    const [low, high] = rangeOf(name, tensor.shape, scale);
    const channels = tensor.shape[tensor.rank - 1];
    const isDead = Array.from({ length: channels }, () => random.next() < dead && !name.includes('running'));
    const values = Float32Array.from({ length: tensor.size }, (_, i) => {
      const value = low + (high - low) * random.next();
      return isDead[i % channels] ? 0 : value;
    });
    tf.tidy(() => tensor.assign(tf.tensor(values, tensor.shape)));
  }
}
