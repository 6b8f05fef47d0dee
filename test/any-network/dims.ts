import type { Composite, Dims, Part } from './parts';

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
      const { padding } = part;
      if (padding === 'same') return part.stride.join() === '1,1' ? [dims[0], dims[1], part.outputs] : undefined;
      const side = (at: 0 | 1): number =>
        window(dims[at], part.kernel[at], part.stride[at], padding[at], part.dilation[at]);
      return [side(0), side(1), part.outputs];
    }
    case 'maxPool':
    case 'avgPool': {
      if (dims.length !== 3) return undefined;
      const side = (at: 0 | 1): number => window(dims[at], part.kernel[at], part.stride[at], part.padding[at]);
      return [side(0), side(1), last];
    }
    case 'embedding':
      return dims.length === 1 ? [dims[0], part.width] : undefined;
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
    case 'adaptivePool':
      return dims.length === 3 ? [...part.size, last] : undefined;
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
    case 'softmax':
      return !part.parts || (dims.length === 2 && last % part.parts === 0) ? dims : undefined;
    case 'activation':
    case 'l2Normalize':
    case 'clampMax':
      return dims;
    default:
      return dimsOfComposite(part, dims);
  }
}

const equal = (a: Dims | undefined, b: Dims): boolean => a !== undefined && a.join() === b.join();

/** Dims of a concatenation along the last axis. */
function joined(a: Dims, b: Dims | undefined): Dims | undefined {
  if (!b || !equal(b.slice(0, -1), a.slice(0, -1))) return undefined;
  return [...a.slice(0, -1), a[a.length - 1] + b[b.length - 1]];
}

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
    case 'dense':
      return part.blocks.reduce<Dims | undefined>((at, block) => at && joined(at, outDims(block, at)), dims);
    case 'product': {
      const [left, right] = [outDims(part.left, dims), outDims(part.right, dims)];
      return left?.length === 2 && right?.length === 2 && left[1] === right[1] ? [left[0], right[0]] : undefined;
    }
    case 'concat': {
      const outs = part.branches.map((branch) => outDims(branch, dims));
      return outs.slice(1).reduce((at, out) => at && joined(at, out), outs[0]);
    }
  }
}
