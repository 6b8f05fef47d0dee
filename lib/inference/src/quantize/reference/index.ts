/**
 * Integer arithmetic in plain typed arrays: the specification of what an engine must give, to the bit. Slow, for small
 * cases.
 */
export {
  dequantizeSums,
  dequantizeValues,
  quantizeValues,
  requantize,
  type Accumulators,
  type IntegerTensor,
  type OutputGrid,
} from './integers';
export { convolve, dense, type IntegerWeights } from './products';
export { addIntegers, averagePoolIntegers, globalAverageIntegers, maxPoolIntegers } from './joins';
export { runInIntegers } from './network';
