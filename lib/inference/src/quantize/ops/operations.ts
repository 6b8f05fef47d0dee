import { tf } from '../../backend';
import { defineOp, FLOAT, type OnnxEmitter, type OnnxValue, type TensorFlowEmitter } from '../../nn/ops';
import { integerArray, integerRange, type QuantizedDtype } from '../numbers';

/** The integers that a value is rounded to: x ≈ (q - zeroPoint) · scale, min <= q <= max. */
export interface Grid extends Record<string, unknown> {
  scale: number;
  zeroPoint: number;
  min: number;
  max: number;
  /** Type that holds the integers; one of fewer bits uses part of it. */
  dtype: Exclude<QuantizedDtype, 'qint32'>;
}

/** Smallest and largest real number of a grid. */
export function gridLimits({ scale, zeroPoint, min, max }: Grid): [number, number] {
  return [(min - zeroPoint) * scale, (max - zeroPoint) * scale];
}

/**
 * Rounds to a grid and stays in float32, in the steps of ONNX's QuantizeLinear and DequantizeLinear: divide, round half
 * to even, add the zero point, saturate. (PyTorch multiplies by the reciprocal instead; a tie may fall to the other
 * side.)
 */
export function roundToGrid(x: tf.Tensor, { scale, zeroPoint, min, max }: Grid): tf.Tensor {
  return tf.tidy(() => {
    const limited = tf.clipByValue(tf.round(tf.div(x, scale)), min - zeroPoint, max - zeroPoint);
    return tf.mul(limited, scale);
  });
}

function onTensorFlow(emit: TensorFlowEmitter, x: string, { scale, zeroPoint, min, max }: Grid): string {
  const scalar = (value: number): string => emit.floats([value], []);
  const rounded = emit.node('Round', [emit.node('RealDiv', [x, scalar(scale)], FLOAT)], FLOAT);
  const above = emit.node('Maximum', [rounded, scalar(min - zeroPoint)], FLOAT);
  return emit.node('Mul', [emit.node('Minimum', [above, scalar(max - zeroPoint)], FLOAT), scalar(scale)], FLOAT);
}

/** QuantizeLinear saturates at the type's own limits; a grid of fewer bits is clipped before. */
function onOnnx(emit: OnnxEmitter, x: string, grid: Grid): string {
  const { scale, zeroPoint, min, max, dtype } = grid;
  const whole = integerRange(dtype);
  const [low, high] = gridLimits(grid);
  const clipped =
    min > whole.min || max < whole.max ? emit.node('Clip', [x, emit.floats([low], []), emit.floats([high], [])]) : x;
  const names = [emit.floats([scale], []), emit.bytes(integerArray(dtype, 1).fill(zeroPoint), [])];
  return emit.node('DequantizeLinear', [emit.node('QuantizeLinear', [clipped, ...names]), ...names]);
}

/** A value rounded to the integers of an 8-bit (or narrower) type and taken back to real numbers. */
export const quantizeDequantize = defineOp<Grid>({
  name: 'quantizeDequantize',
  traits: { kind: 'elementwise', rounds: true },
  shape: ([x]) => x,
  kernel: ([x], grid) => roundToGrid(x, grid),
  count: () => ({}),
  tensorflow: (emit, [x], { attrs }) => onTensorFlow(emit, x, attrs),
  onnx(emit, { attrs }): OnnxValue {
    const layout = emit.layoutOf(0);
    return { name: onOnnx(emit, emit.input(0, layout), attrs), layout };
  },
});
