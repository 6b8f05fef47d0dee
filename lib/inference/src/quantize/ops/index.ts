/** The operations that stand for integers in a graph, and the grids that they round to. */
export { gridLimits, quantizeDequantize, roundToGrid, type Grid } from './operations';
export { activationRange, gridFromParameters, gridFromRange, type GridKind } from './grids';
export { dynamicLinear } from './dynamic';
