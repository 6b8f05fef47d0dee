/**
 * The language in which random networks are written: a tree of parts, plain data, so that one can be stored, printed as
 * code, cut down to its smallest form, and written again as a PyTorch program. Dims are shapes without the batch:
 * [height, width, channels] of pictures, [tokens, features], [features].
 */
export type Dims = readonly number[];

export type Activation = 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'silu' | 'gelu' | 'hardSigmoid' | 'hardSwish';

/** How the children of a sequence hang in the module tree. */
export type Holder = 'sequential' | 'named' | 'list' | 'fields' | 'array' | 'object';

type Two = readonly [number, number];

export type Part =
  | {
      kind: 'conv';
      inputs: number;
      outputs: number;
      kernel: Two;
      stride: Two;
      padding: Two;
      dilation: Two;
      groups: number;
      bias: boolean;
    }
  | { kind: 'linear'; inputs: number; outputs: number; bias: boolean }
  | { kind: 'batchNorm' | 'layerNorm'; features: number; epsilon: number }
  | { kind: 'activation'; name: Activation; layer: boolean }
  | { kind: 'maxPool' | 'avgPool'; kernel: Two; stride: Two; padding: Two }
  | { kind: 'globalAvgPool' }
  | { kind: 'flatten' }
  | { kind: 'tokens' }
  | { kind: 'meanTokens' }
  | { kind: 'swapTokens' }
  | { kind: 'softmax' }
  | { kind: 'l2Normalize' }
  /** `reshape(x, [x.shape[0], -1])`, as people write it; `meanPixels` splits and joins by `x.shape[0]` too. */
  | { kind: 'flattenByHand' }
  | { kind: 'meanPixels' }
  | { kind: 'clampMax'; max: number }
  | { kind: 'slice'; axis: number; begin: number; size: number }
  | { kind: 'roll'; axis: number; shift: number }
  | { kind: 'pad'; before: number; after: number; axis: number }
  | { kind: 'attention'; features: number; heads: number; byHand: boolean }
  /** x · scale + offset with parameters of the module's own. */
  | { kind: 'scaleShift'; features: number }
  /** A bias that is looked up in a table of parameters: gather. */
  | { kind: 'tableBias'; rows: number; features: number; indices: readonly number[] }
  /** Two dense weights in one module. */
  | { kind: 'twoWeights'; features: number }
  /** Decoder that multiplies by the encoder's weight, transposed. */
  | { kind: 'tied'; features: number; hidden: number; activation: Activation }
  /** Two dense layers that share one weight. */
  | { kind: 'tiedLayers'; features: number }
  /** One convolution under two normalisations, joined. */
  | { kind: 'twoNorms'; channels: number; bias: boolean }
  | { kind: 'sequence'; holder: Holder; parts: readonly Part[] }
  | { kind: 'residual'; body: Part }
  | { kind: 'concat'; branches: readonly Part[] }
  | { kind: 'gate'; body: Part }
  /** One module that runs several times: listed several times in a Sequential, or called in a loop. */
  | { kind: 'repeat'; times: number; body: Part; listed: boolean }
  /** The module that was built for the same key before, wherever it stands; the first one builds it. */
  | { kind: 'shared'; key: string; body: Part };

/** How the values of parameters are drawn. */
export type Scale = 'ordinary' | 'large' | 'small';

export interface Spec {
  seed: number;
  /** Dims of the input. */
  input: Dims;
  body: Part;
  scale: Scale;
  /** Share of output channels whose weights and scales are all zero. */
  dead: number;
}

const window = (size: number, kernel: number, stride: number, padding: number, dilation = 1): number =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

/** What a part makes of dims; undefined where it cannot take them. The formulas stand here a second time on purpose. */
export function outDims(part: Part, dims: Dims): Dims | undefined {
  const result = dimsOf(part, dims);
  return result?.every((n) => Number.isInteger(n) && n > 0) ? result : undefined;
}

function dimsOf(part: Part, dims: Dims): Dims | undefined {
  const last = dims[dims.length - 1];
  switch (part.kind) {
    case 'conv': {
      if (dims.length !== 3 || last !== part.inputs) return undefined;
      const side = (at: 0 | 1): number =>
        window(dims[at], part.kernel[at], part.stride[at], part.padding[at], part.dilation[at]);
      return [side(0), side(1), part.outputs];
    }
    case 'maxPool':
    case 'avgPool': {
      if (dims.length !== 3) return undefined;
      const side = (at: 0 | 1): number => window(dims[at], part.kernel[at], part.stride[at], part.padding[at]);
      return [side(0), side(1), last];
    }
    case 'linear':
      return last === part.inputs ? [...dims.slice(0, -1), part.outputs] : undefined;
    case 'batchNorm':
    case 'layerNorm':
    case 'scaleShift':
    case 'twoWeights':
    case 'tied':
    case 'tiedLayers':
      return last === part.features ? dims : undefined;
    case 'twoNorms':
      return dims.length === 3 && last === part.channels ? dims : undefined;
    case 'attention':
      return dims.length === 2 && last === part.features ? dims : undefined;
    case 'tableBias':
      return dims.length === 2 && last === part.features && dims[0] === part.indices.length ? dims : undefined;
    case 'globalAvgPool':
      return dims.length === 3 ? [1, 1, last] : undefined;
    case 'flatten':
    case 'flattenByHand':
      return [dims.reduce((a, b) => a * b, 1)];
    case 'tokens':
      return dims.length === 3 ? [dims[0] * dims[1], last] : undefined;
    case 'meanPixels':
      return dims.length === 3 ? [last] : undefined;
    case 'meanTokens':
      return dims.length === 2 ? [last] : undefined;
    case 'swapTokens':
      return dims.length === 2 ? [dims[1], dims[0]] : undefined;
    case 'slice':
      return part.axis < dims.length && part.begin + part.size <= dims[part.axis]
        ? dims.map((n, i) => (i === part.axis ? part.size : n))
        : undefined;
    case 'roll':
      return part.axis < dims.length ? dims : undefined;
    case 'pad':
      return part.axis < dims.length - 1
        ? dims.map((n, i) => (i === part.axis ? n + part.before + part.after : n))
        : undefined;
    case 'activation':
    case 'softmax':
    case 'l2Normalize':
    case 'clampMax':
      return dims;
    default:
      return dimsOfComposite(part, dims);
  }
}

type Composite = Extract<Part, { kind: 'sequence' | 'residual' | 'concat' | 'gate' | 'repeat' | 'shared' }>;

const equal = (a: Dims | undefined, b: Dims): boolean => a !== undefined && a.join() === b.join();

function dimsOfComposite(part: Composite, dims: Dims): Dims | undefined {
  switch (part.kind) {
    case 'sequence':
      return part.parts.reduce<Dims | undefined>((value, child) => value && outDims(child, value), dims);
    case 'residual':
    case 'gate':
    case 'repeat':
      return equal(outDims(part.body, dims), dims) ? dims : undefined;
    case 'shared':
      return outDims(part.body, dims);
    case 'concat': {
      const outs = part.branches.map((branch) => outDims(branch, dims));
      const first = outs[0];
      if (!first || !outs.every((out) => out && equal(out.slice(0, -1), first.slice(0, -1)))) return undefined;
      return [...first.slice(0, -1), outs.reduce((sum, out) => sum + (out as Dims)[first.length - 1], 0)];
    }
  }
}

/** The parts directly inside a part. */
export function childrenOf(part: Part): readonly Part[] {
  if (part.kind === 'sequence') return part.parts;
  if (part.kind === 'concat') return part.branches;
  return 'body' in part ? [part.body] : [];
}

/** A part with other children in the same places. */
export function withChildren(part: Part, children: readonly Part[]): Part {
  if (part.kind === 'sequence') return { ...part, parts: children };
  if (part.kind === 'concat') return { ...part, branches: children };
  return 'body' in part ? ({ ...part, body: children[0] } as Part) : part;
}
