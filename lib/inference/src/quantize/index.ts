/**
 * Affine quantization to integers, observers that choose scales, fake quantization for training; after
 * `torch.ao.quantization`.
 */
export {
  fakeQuantize,
  GroupQuantizedTensor,
  integerRange,
  packBits,
  quantizePerChannel,
  quantizePerTensor,
  QuantizedTensor,
  quantizeWeights,
  unpackBits,
  type FakeQuantizeOptions,
  type GroupOptions,
  type IntegerRange,
  type PerChannelOptions,
  type PerTensorOptions,
  type QuantizedDtype,
  type RoundingGrid,
  type WeightOptions,
} from './numbers';
export { roundHalfEven } from '../rounding';
export * from './observers';
export {
  calibrate,
  prepare,
  SAMPLE_SIZE,
  type ActivationOptions,
  type CalibrationBatch,
  type Mode,
  type ObserverName,
  type PreparedNetwork,
  type PreparedRow,
  type PrepareOptions,
} from './plan';
export {
  convert,
  convertWithFloor,
  floorScore,
  floorSearch,
  integerLayers,
  layerDrift,
  layerSensitivity,
  QuantizedNetwork,
  rankLayers,
  type ConvertOptions,
  type FloorOptions,
  type FloorResult,
  type FloorTrial,
  type LayerReport,
  type LayerSensitivity,
} from './convert';
export { trainable, type Rounding, type TrainableNetwork, type TrainableOptions } from './training';
export * as reference from './reference';
export { processor, type ProcessorSupport } from './processor';
export { loadWeights, saveWeights, type SaveWeightsOptions, type WeightFileSizes } from './weight-file';
