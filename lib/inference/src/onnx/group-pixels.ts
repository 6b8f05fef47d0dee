import { constantNode, countUses, isQuantized, quantizedOf, rewrite, valueOf, type Graph } from '../graph';
import {
  conv2d,
  isOp,
  reshape,
  traitsOf,
  type ConvAttributes,
  type GraphNode,
  type OpNode,
  type Shape,
} from '../nn/ops';

/**
 * onnxruntime's fast kernels of 8-bit convolutions for x86 processors read this many channels of a pixel at a time
 * (verified against onnxruntime 1.30: mlas/lib/convsym.cpp); pictures of three colours get slower ones.
 */
const CHANNELS_AT_A_TIME = 4;
/** How many times the products, zeros included, are worth it. */
const MOST_WORK = 4;

type Convolution = OpNode<ConvAttributes>;
type Numbers = Float32Array | Int8Array | Uint8Array | Int32Array;

/** Neighbouring pixels of a row taken for one pixel of more channels; sizes are in such groups, along the row. */
interface Grouping {
  /** Pixels of the input in a group. */
  pixels: number;
  /** Outputs that are computed at once, for the same groups. */
  outputs: number;
  kernel: number;
  stride: number;
  /** On either side. */
  padding: number;
}

/** How the pixels that a convolution reads can be grouped; undefined where they cannot, or where nothing is gained. */
function groupingOf(node: Convolution): Grouping | undefined {
  const [{ shape: x }, { shape: w }] = node.inputs;
  const { groups, dilation, stride } = node.attrs;
  const fits = groups === 1 && dilation[1] === 1 && x[3] % CHANNELS_AT_A_TIME !== 0;
  const pixels = x[3] % 2 === 0 ? 2 : CHANNELS_AT_A_TIME;
  const outputs = Math.max(1, pixels / stride[1]);
  const whole = [x[2] / pixels, outputs, node.shape[2] / outputs, Math.max(1, stride[1] / pixels)];
  if (!fits || !whole.every(Number.isInteger)) return undefined;
  const grouping = { pixels, outputs, ...windowOf(node, pixels, outputs) };
  return (grouping.kernel * pixels) / w[1] <= MOST_WORK ? grouping : undefined;
}

/** The window in groups: as many outputs as groups of them come out, and what each output reads lies inside. */
function windowOf(node: Convolution, pixels: number, outputs: number): Pick<Grouping, 'kernel' | 'stride' | 'padding'> {
  const [{ shape: x }, { shape: w }] = node.inputs;
  const [stride, padding] = [node.attrs.stride[1], node.attrs.padding[1]];
  const last = Math.floor((stride * (outputs - 1) - padding + w[1] - 1) / pixels);
  const surplus = node.shape[2] / outputs - x[2] / pixels; // groups that come out beyond those that go in
  const before = Math.ceil(padding / pixels);
  if (stride > pixels) return { kernel: before + last + 1, stride: stride / pixels, padding: before };
  const sides = Math.max(before, last + surplus);
  return { kernel: 2 * sides + 1 - surplus, stride: 1, padding: sides };
}

/** Weights [height, width, in, out] for grouped pixels, zeros where an output does not read a pixel of the groups. */
function groupWeights<T extends Numbers>(
  values: T,
  [height, width, channels, out]: Shape,
  { pixels, outputs, kernel, padding }: Grouping,
  { stride, padding: zeros }: ConvAttributes,
): T {
  const row = channels * out;
  const result = new (values.constructor as new (length: number) => T)(height * kernel * pixels * outputs * row);
  for (let output = 0; output < outputs; output++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++) {
        const pixel = (h * kernel + padding) * pixels + stride[1] * output - zeros[1] + w;
        for (let c = 0; c < channels; c++) {
          const from = (h * width + w) * row + c * out;
          result.set(values.subarray(from, from + out), ((pixel * channels + c) * outputs + output) * out);
        }
      }
  return result;
}

const repeated = <T extends Numbers>(values: T, times: number): T => {
  const result = new (values.constructor as new (length: number) => T)(values.length * times);
  for (let i = 0; i < times; i++) result.set(values, i * values.length);
  return result;
};

/** A quantized constant whose numbers, and with them its integers, were laid out anew for `times` the channels. */
function regrouped(
  origin: GraphNode,
  shape: Shape,
  times: number,
  layOut: <T extends Numbers>(values: T) => T,
): GraphNode {
  const { data, scales, zeroPoints, axis } = quantizedOf(origin);
  const each = (values: readonly number[]): number[] =>
    axis === null ? [...values] : Array.from({ length: times }, () => values).flat();
  const quantized = { data: layOut(data), scales: each(scales), zeroPoints: each(zeroPoints), axis };
  const node = constantNode(origin, layOut(valueOf(origin)), shape);
  return { ...node, constant: { ...(node.constant as Required<GraphNode>['constant']), quantized } };
}

/** The pixels of a picture [batch, height, width, channels] in other groups; nothing moves. */
function reshaped(x: GraphNode, width: number, channels: number): GraphNode {
  const [batch, height] = x.shape;
  return {
    ...x,
    op: reshape.name,
    attrs: { shape: [-1, height, width, channels] },
    inputs: [x],
    shape: [batch, height, width, channels],
    constant: undefined,
    parameter: undefined,
  };
}

/** The convolution on grouped pixels; its outputs lie as those of the other one, in groups. */
function grouped(node: Convolution, x: GraphNode, grouping: Grouping): GraphNode {
  const [, weight, bias] = node.inputs;
  const { pixels, outputs, kernel, stride, padding } = grouping;
  const [height, , channels, out] = weight.shape;
  const [[rowStride], [rowPadding]] = [node.attrs.stride, node.attrs.padding];
  const shape = [height, kernel, pixels * channels, outputs * out];
  const weights = regrouped(weight, shape, outputs, (values) =>
    groupWeights(values, weight.shape, grouping, node.attrs),
  );
  const biases = bias && regrouped(bias, [outputs * out], outputs, (values) => repeated(values, outputs));
  const [batch, rows, width] = node.shape;
  return {
    ...node,
    attrs: { ...node.attrs, stride: [rowStride, stride], padding: [rowPadding, padding] },
    inputs: [reshaped(x, x.shape[2] / pixels, pixels * channels), weights, ...(biases ? [biases] : [])],
    shape: [batch, rows, width / outputs, outputs * out],
  };
}

/** Behind an operation on single elements, where engines find the integers that a product ends in. */
function moveBehind(node: GraphNode, view: GraphNode): GraphNode {
  const [source] = view.inputs;
  return { ...view, inputs: [{ ...node, inputs: [source], shape: source.shape }] };
}

/** Whether engines find integers on all sides of a product; weights alone may be integers of a product in float. */
const isInteger = ({ inputs: [x, ...fixed] }: GraphNode): boolean =>
  traitsOf(x).rounds === true && fixed.every(isQuantized);

/**
 * Lets 8-bit convolutions of pictures with few channels read neighbouring pixels of a row as one pixel of more channels:
 * onnxruntime has fast kernels for multiples of four. Nothing is moved in memory, weights get zeros where an output does
 * not read a pixel of its groups, and every integer comes out as before.
 */
export function groupPixels(graph: Graph): Graph {
  const uses = countUses(graph);
  const views = new Set<GraphNode>();
  const view = (x: GraphNode, node: GraphNode): GraphNode => {
    const result = reshaped(x, node.shape[2], node.shape[3]);
    views.add(result);
    return result;
  };
  return rewrite(graph, (node, inputs) => {
    const [x] = inputs;
    if (isOp(node, conv2d) && isInteger(node)) {
      const grouping = groupingOf(node);
      return grouping && view(grouped({ ...node, inputs }, x, grouping), node);
    }
    if (traitsOf(node).kind !== 'elementwise' || !views.has(x) || uses.get(node.inputs[0]) !== 1) return undefined;
    const moved = moveBehind(node, x);
    views.add(moved);
    return moved;
  }).graph;
}
