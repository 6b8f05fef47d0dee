/**
 * Quantization on traced graphs: where integers go, the operations that stand for them, and a run that shows every
 * value.
 */
export { execute, executeForTraining, FixedTensors, type FixedValues, type Special, type Watch } from './execute';
export { gridLimits, quantizeDequantize, roundToGrid, type Grid } from './operations';
export { place, type GridPlan, type KeepFloat, type LayerPlan, type Placement } from './placement';
export { dynamicLinear, roundToOwnRange } from './dynamic';
