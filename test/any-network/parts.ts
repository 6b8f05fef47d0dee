export { outDims } from './dims';

/**
 * The language in which random networks are written: a tree of parts, plain data, so that one can be stored, printed as
 * code, cut down to its smallest form, and written again as a PyTorch program. Dims are shapes without the batch:
 * [height, width, channels] of pictures, [tokens, features], [features].
 */
export type Dims = readonly number[];

export type Activation = 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'silu' | 'gelu' | 'hardSigmoid' | 'hardSwish';

/** How the children of a sequence hang in the module tree. */
export type Holder =
  'sequential' | 'named' | 'list' | 'fields' | 'array' | 'object' | 'map' | 'nested' | 'pushed' | 'numbered';

type Two = readonly [number, number];

export type Part =
  | {
      kind: 'conv';
      inputs: number;
      outputs: number;
      kernel: Two;
      stride: Two;
      /** 'same' for stride 1. */
      padding: Two | 'same';
      dilation: Two;
      groups: number;
      bias: boolean;
    }
  | { kind: 'linear'; inputs: number; outputs: number; bias: boolean }
  /** Rows by their numbers: only the first part of a network, whose input are integers then. */
  | { kind: 'embedding'; rows: number; width: number }
  | { kind: 'batchNorm' | 'layerNorm'; features: number; epsilon: number }
  | { kind: 'activation'; name: Activation; layer: boolean }
  | { kind: 'maxPool' | 'avgPool'; kernel: Two; stride: Two; padding: Two }
  | { kind: 'globalAvgPool' }
  | { kind: 'adaptivePool'; size: Two }
  | { kind: 'flatten' }
  | { kind: 'tokens' }
  | { kind: 'meanTokens' }
  | { kind: 'swapTokens' }
  /** `parts`: over as many parts of the tokens' features, all folded into the batch, `[x.shape[0] * ..., size]`. */
  | { kind: 'softmax'; parts?: number }
  | { kind: 'l2Normalize' }
  /** `reshape(x, [x.shape[0], -1])`, as people write it; `meanPixels` splits and joins by `x.shape[0]` too. */
  | { kind: 'flattenByHand' }
  | { kind: 'meanPixels' }
  | { kind: 'clampMax'; max: number }
  /** `named`: the sizes of the other dimensions written as x.shape[0], x.shape[1]... instead of -1. */
  | { kind: 'slice'; axis: number; begin: number; size: number; named?: boolean }
  | { kind: 'roll'; axis: number; shift: number }
  /** `joined`: by joining zeros that `forward` makes for the batch at hand. */
  | { kind: 'pad'; before: number; after: number; axis: number; joined?: boolean }
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
  /** Blocks in a list, each on the input and all results before it, joined; the result is all of them, as in DenseNet. */
  | { kind: 'dense'; blocks: readonly Part[] }
  /** Tokens of one branch times those of another, transposed, as the scores of attention are. */
  | { kind: 'product'; left: Part; right: Part }
  /** One module that runs several times: listed several times in a Sequential, or called in a loop. */
  | { kind: 'repeat'; times: number; body: Part; listed: boolean }
  /** The module that was built for the same key before, wherever it stands; the first one builds it. */
  | { kind: 'shared'; key: string; body: Part };

/** Parts that hold others. */
export type Composite = Extract<
  Part,
  { kind: 'sequence' | 'residual' | 'concat' | 'gate' | 'dense' | 'product' | 'repeat' | 'shared' }
>;

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

/** The parts directly inside a part. */
export function childrenOf(part: Part): readonly Part[] {
  if (part.kind === 'sequence') return part.parts;
  if (part.kind === 'concat') return part.branches;
  if (part.kind === 'dense') return part.blocks;
  if (part.kind === 'product') return [part.left, part.right];
  return 'body' in part ? [part.body] : [];
}

/** A part with other children in the same places. */
export function withChildren(part: Part, children: readonly Part[]): Part {
  if (part.kind === 'sequence') return { ...part, parts: children };
  if (part.kind === 'concat') return { ...part, branches: children };
  if (part.kind === 'dense') return { ...part, blocks: children };
  if (part.kind === 'product') return { ...part, left: children[0], right: children[1] };
  return 'body' in part ? { ...part, body: children[0] } : part;
}

/** Below what the integers of the input must be, where the network begins with an embedding; else undefined. */
export function rowsOf(part: Part): number | undefined {
  if (part.kind === 'sequence') return part.parts.length > 0 ? rowsOf(part.parts[0]) : undefined;
  return part.kind === 'embedding' ? part.rows : undefined;
}

/** The kinds of part in a network, the holders of its sequences among them. */
export function kindsOf(part: Part): Set<string> {
  const own = part.kind === 'sequence' ? `sequence (${part.holder})` : part.kind;
  return new Set([own, ...childrenOf(part).flatMap((child) => [...kindsOf(child)])]);
}
