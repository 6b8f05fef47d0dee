import type { Part } from './parts';

/** Names as torch gives them: all aliases in the state dict, every tensor once among the parameters. */
export function aliases(body: Part): { state: string[]; parameters: string[] } {
  const walk = new Walk();
  walk.visit(body, '', new Map());
  return { state: walk.state, parameters: walk.parameters };
}

type Tensor = { name: string; trained: boolean };

const parameters = (...names: string[]): Tensor[] => names.map((name) => ({ name, trained: true }));
const STATISTICS = ['running_mean', 'running_var', 'num_batches_tracked'].map((name) => ({ name, trained: false }));

/** A module: its own tensors, its children by name, and what it is, so that a second use is known. */
interface Node {
  tensors: readonly Tensor[];
  children: ReadonlyArray<readonly [string, Node]>;
  /** Names of tensors that are another module's: `[own, that one's identity]`. */
  tied?: Readonly<Record<string, object>>;
}

const dense = (bias: boolean): Node => ({ tensors: parameters('weight', ...(bias ? ['bias'] : [])), children: [] });
const norm = (): Node => ({ tensors: [...parameters('weight', 'bias'), ...STATISTICS], children: [] });

class Walk {
  readonly state: string[] = [];
  readonly parameters: string[] = [];
  private readonly seenModules = new Set<Node>();
  private readonly seenTensors = new Set<object>();
  private readonly identity = new Map<Node, Map<string, object>>();

  visit(part: Part, path: string, shared: Map<string, Node>): void {
    this.list(nodeOf(part, shared), path);
  }

  private list(node: Node, path: string): void {
    const first = !this.seenModules.has(node);
    this.seenModules.add(node);
    for (const { name, trained } of node.tensors) {
      const full = path ? `${path}.${name}` : name;
      this.state.push(full);
      const id = node.tied?.[name] ?? this.idOf(node, name);
      if (trained && first && !this.seenTensors.has(id)) this.parameters.push(full);
      this.seenTensors.add(id);
    }
    for (const [name, child] of node.children) this.list(child, path ? `${path}.${name}` : name);
  }

  private idOf(node: Node, name: string): object {
    const ids = this.identity.get(node) ?? new Map<string, object>();
    this.identity.set(node, ids);
    const id = ids.get(name) ?? {};
    ids.set(name, id);
    return id;
  }
}

function nodeOf(part: Part, shared: Map<string, Node>): Node {
  const inner = (child: Part): Node => nodeOf(child, shared);
  const list = (children: readonly Node[], name: (i: number) => string): Node => ({
    tensors: [],
    children: children.map((child, i) => [name(i), child] as const),
  });
  switch (part.kind) {
    case 'sequence': {
      const children = part.parts.map(inner);
      const names = {
        sequential: '',
        named: 'layer',
        list: 'blocks.',
        fields: 'step',
        array: 'layers.',
        object: 'layers.part',
        map: 'layers.part',
        nested: 'blocks.stage.',
        pushed: 'layers.',
      };
      const { holder } = part;
      return list(children, (i) => (holder === 'numbered' ? String(9 - i) : `${names[holder]}${i}`));
    }
    case 'concat':
      return list(part.branches.map(inner), (i) => `branches.${i}`);
    case 'dense':
      return list(part.blocks.map(inner), (i) => `blocks.${i}`);
    case 'product':
      return list([inner(part.left), inner(part.right)], (i) => ['left', 'right'][i]);
    case 'residual':
    case 'gate':
      return list([inner(part.body)], () => 'body');
    case 'repeat': {
      const body = inner(part.body);
      return part.listed
        ? list(
            Array.from({ length: part.times }, () => body),
            String,
          )
        : list([body], () => 'body');
    }
    case 'shared': {
      const node = shared.get(part.key) ?? inner(part.body);
      shared.set(part.key, node);
      return node;
    }
    default:
      return leaf(part);
  }
}

function leaf(part: Part): Node {
  switch (part.kind) {
    case 'conv':
    case 'linear':
      return dense(part.bias);
    case 'embedding':
      return dense(false);
    case 'batchNorm':
      return norm();
    case 'layerNorm':
      return dense(true);
    case 'attention':
      return part.byHand
        ? { tensors: [], children: ['query', 'key', 'value_', 'out'].map((name) => [name, dense(true)] as const) }
        : { tensors: parameters('in_proj_weight', 'in_proj_bias'), children: [['out_proj', dense(true)]] };
    case 'scaleShift':
      return { tensors: parameters('scale', 'offset'), children: [] };
    case 'tableBias':
      return { tensors: parameters('table'), children: [] };
    case 'twoWeights':
      return { tensors: parameters('w1', 'w2', 'b2'), children: [] };
    case 'tied':
      return { tensors: [], children: [['encoder', dense(true)]] };
    case 'tiedLayers': {
      const weight = {};
      const first: Node = { ...dense(true), tied: { weight } };
      return {
        tensors: [],
        children: [
          ['first', first],
          ['second', { ...dense(false), tied: { weight } }],
        ],
      };
    }
    case 'twoNorms':
      return {
        tensors: [],
        children: [
          ['conv', dense(part.bias)],
          ['norm1', norm()],
          ['norm2', norm()],
        ],
      };
    default:
      return { tensors: [], children: [] };
  }
}
