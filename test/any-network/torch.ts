import type { Activation, Composite, Holder, Part, Spec } from './parts';

/** What activations are called in PyTorch: as layers, and as functions. */
const ACTIVATIONS: Record<Activation, readonly [layer: string, apply: string]> = {
  relu: ['nn.ReLU', 'F.relu'],
  relu6: ['nn.ReLU6', 'F.relu6'],
  sigmoid: ['nn.Sigmoid', 'torch.sigmoid'],
  tanh: ['nn.Tanh', 'torch.tanh'],
  silu: ['nn.SiLU', 'F.silu'],
  gelu: ['nn.GELU', 'F.gelu'],
  hardSigmoid: ['nn.Hardsigmoid', 'F.hardsigmoid'],
  hardSwish: ['nn.Hardswish', 'F.hardswish'],
};

/**
 * A PyTorch function `network_<seed>()` that builds the network of a spec from the modules of
 * `test/golden/any_network_modules.py`. What stands in several places is a variable, as people write it.
 */
export function torchProgram(spec: Spec): string {
  const program = new Program();
  const result = program.expression(spec.body);
  return `def network_${spec.seed}():\n${program.lines.map((line) => `    ${line}\n`).join('')}    return ${result}\n`;
}

const python = (value: boolean | number | string | readonly number[]): string => {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : `(${value.join(', ')}${value.length === 1 ? ',' : ''})`;
};

const call = (name: string, args: readonly (string | number)[], options: Record<string, unknown> = {}): string => {
  const named = Object.entries(options).map(([key, value]) => `${key}=${python(value as number)}`);
  return `${name}(${[...args, ...named].join(', ')})`;
};

const ordered = (modules: readonly string[], name: (i: number) => string): string =>
  `nn.Sequential(OrderedDict([${modules.map((module, i) => `('${name(i)}', ${module})`).join(', ')}]))`;

const HOLDERS: Record<Holder, (modules: readonly string[]) => string> = {
  sequential: (modules) => call('nn.Sequential', modules),
  named: (modules) => ordered(modules, (i) => `layer${i}`),
  numbered: (modules) => ordered(modules, (i) => String(9 - i)),
  list: (modules) => call('ListHolder', modules),
  fields: (modules) => call('FieldsHolder', modules),
  array: (modules) => call('ArrayHolder', modules),
  object: (modules) => call('ObjectHolder', modules),
  map: (modules) => call('ObjectHolder', modules),
  nested: (modules) => call('NestedHolder', modules),
  pushed: (modules) => call('ArrayHolder', modules),
};

class Program {
  readonly lines: string[] = [];
  /** Variables of modules used in several places, by key. */
  private readonly shared = new Map<string, string>();

  expression(part: Part): string {
    switch (part.kind) {
      case 'sequence':
        return HOLDERS[part.holder](part.parts.map((child) => this.expression(child)));
      case 'residual':
        return call('Residual', [this.expression(part.body)]);
      case 'gate':
        return call('Gate', [this.expression(part.body)]);
      case 'concat':
        return call(
          'Concat',
          part.branches.map((child) => this.expression(child)),
        );
      case 'dense':
        return call(
          'Dense',
          part.blocks.map((child) => this.expression(child)),
        );
      case 'product':
        return call('Product', [this.expression(part.left), this.expression(part.right)]);
      case 'repeat': {
        const body = this.expression(part.body);
        if (!part.listed) return call('Loop', [body, part.times]);
        const name = this.variable(body);
        return call('nn.Sequential', Array<string>(part.times).fill(name));
      }
      case 'shared': {
        const name = this.shared.get(part.key) ?? this.variable(this.expression(part.body));
        this.shared.set(part.key, name);
        return name;
      }
      default:
        return layer(part);
    }
  }

  private variable(value: string): string {
    const name = `m${this.lines.length}`;
    this.lines.push(`${name} = ${value}`);
    return name;
  }
}

type Leaf = Exclude<Part, Composite>;

function layer(part: Leaf): string {
  switch (part.kind) {
    case 'conv': {
      const { stride, padding, dilation, groups, bias } = part;
      const options = { stride, padding, dilation, groups, bias };
      return call('Conv2d', [part.inputs, part.outputs, python(part.kernel)], options);
    }
    case 'linear':
      return call('nn.Linear', [part.inputs, part.outputs], { bias: part.bias });
    case 'embedding':
      return call('nn.Embedding', [part.rows, part.width]);
    case 'batchNorm':
      return call('BatchNorm2d', [part.features], { eps: part.epsilon });
    case 'layerNorm':
      return call('nn.LayerNorm', [part.features], { eps: part.epsilon });
    case 'activation':
      return part.layer ? `${ACTIVATIONS[part.name][0]}()` : call('Lambda', [ACTIVATIONS[part.name][1]]);
    case 'maxPool':
    case 'avgPool': {
      const { stride, padding } = part;
      return call(part.kind === 'maxPool' ? 'MaxPool2d' : 'AvgPool2d', [python(part.kernel)], { stride, padding });
    }
    case 'globalAvgPool':
      return 'AdaptiveAvgPool2d(1)';
    case 'adaptivePool':
      return call('AdaptiveAvgPool2d', [python(part.size)]);
    case 'flatten':
      return 'Flatten()';
    case 'attention':
      return call(part.byHand ? 'AttentionByHand' : 'SelfAttention', [part.features, part.heads]);
    case 'scaleShift':
      return call('ScaleShift', [part.features]);
    case 'tableBias':
      return call('TableBias', [part.rows, part.features, `[${part.indices.join(', ')}]`]);
    case 'twoWeights':
      return call('TwoWeights', [part.features]);
    case 'tied':
      return call('TiedDecoder', [part.features, part.hidden, ACTIVATIONS[part.activation][1]]);
    case 'tiedLayers':
      return call('TiedLayers', [part.features]);
    case 'twoNorms':
      return call('TwoNorms', [part.channels], { bias: part.bias });
    default:
      return `Lambda(lambda x: ${plain(part)})`;
  }
}

type Plain = Parameters<typeof import('./functions').functionOf>[0];

/** What people write into a `forward`; axes are counted with the batch. */
function plain(part: Plain): string {
  switch (part.kind) {
    case 'tokens':
      return 'x.reshape(x.shape[0], x.shape[1] * x.shape[2], x.shape[3])';
    case 'meanTokens':
      return 'x.mean(1)';
    case 'swapTokens':
      return 'x.transpose(1, 2)';
    case 'softmax':
      return part.parts ? `x.reshape(*x.shape[:-1], ${part.parts}, -1).softmax(-1).reshape(x.shape)` : 'x.softmax(-1)';
    case 'l2Normalize':
      return 'F.normalize(x, dim=-1)';
    case 'flattenByHand':
      return 'x.reshape(x.shape[0], -1)';
    case 'meanPixels':
      return 'x.reshape(x.shape[0], -1, x.shape[3]).mean(1)';
    case 'clampMax':
      return `x.clamp(max=${part.max})`;
    case 'slice':
      return `x.narrow(${part.axis + 1}, ${part.begin}, ${part.size})`;
    case 'roll':
      return `x.roll(${part.shift}, ${part.axis + 1})`;
    case 'pad':
      return `pad(x, ${part.axis + 1}, ${part.before}, ${part.after})`;
  }
}
