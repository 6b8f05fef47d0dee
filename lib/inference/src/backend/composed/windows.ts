import { spread } from '../spread';
import { tf } from '../tf';

/** What tfjs notes for the gradients of a convolution. */
export interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: number | [number, number];
}

/** Sizes of a convolution, and the zeros around its picture. */
export type ConvolutionInfo = tf.backend_util.Conv2DInfo;

/** @throws for pictures [batch, channels, height, width] and dilated kernels, which nothing in this library asks for */
export function convolutionInfo(
  kernelName: string,
  pictures: readonly number[],
  filter: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations = 1 }: ConvolutionAttributes,
  depthwise: boolean,
): ConvolutionInfo {
  if (dataFormat !== 'NHWC' || !tf.backend_util.tupleValuesAreOne(dilations))
    throw new Error(
      `${kernelName} of the WebAssembly backend knows pictures [batch, height, width, channels] and kernels without dilation, got ${dataFormat} and dilations ${String(dilations)}.`,
    );
  const [x, w] = [[...pictures], [...filter]] as [[number, number, number, number], [number, number, number, number]];
  return tf.backend_util.computeConv2DInfo(x, w, strides, 1, pad, dimRoundingMode, depthwise);
}

/** Zeros put before and after the rows and columns of pictures, or rows and columns taken away where negative. */
function around(x: tf.Tensor, rows: readonly [number, number], columns: readonly [number, number]): tf.Tensor {
  const outer = [[0, 0], rows, columns, [0, 0]] as const;
  const larger = tf.pad(
    x,
    outer.map(([before, after]): [number, number] => [Math.max(before, 0), Math.max(after, 0)]),
  );
  const begin = outer.map(([before]) => Math.max(-before, 0));
  const end = outer.map(([, after], i) => larger.shape[i] - Math.max(-after, 0));
  return tf.slice(
    larger,
    begin,
    end.map((n, i) => n - begin[i]),
  );
}

/** The pictures with the convolution's padding, just as large as its windows reach. */
export function padded(x: tf.Tensor, info: ConvolutionInfo): tf.Tensor {
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = info;
  const rest = (size: number, before: number, kernel: number, stride: number, places: number): number =>
    (places - 1) * stride + kernel - size - before;
  return around(
    x,
    [padInfo.top, rest(info.inHeight, padInfo.top, filterHeight, strideHeight, outHeight)],
    [padInfo.left, rest(info.inWidth, padInfo.left, filterWidth, strideWidth, outWidth)],
  );
}

/**
 * The gradient of the output, laid out so that a convolution of it by the turned kernel, without padding or stride, is
 * the gradient of the input.
 */
export function fullOutputGradient(dy: tf.Tensor, info: ConvolutionInfo): tf.Tensor {
  const apart = spread(spread(dy, 1, info.strideHeight), 2, info.strideWidth);
  const [top, left] = [info.filterHeight - 1 - info.padInfo.top, info.filterWidth - 1 - info.padInfo.left];
  const [, height, width] = apart.shape as number[];
  return around(
    apart,
    [top, info.inHeight + info.filterHeight - 1 - top - height],
    [left, info.inWidth + info.filterWidth - 1 - left - width],
  );
}
