/**
 * Affine quantization to integers, observers that choose scales, fake quantization for training; after
 * `torch.ao.quantization`.
 */
export {
  quantizePerChannel,
  quantizePerTensor,
  QuantizedTensor,
  type PerChannelOptions,
  type PerTensorOptions,
} from './affine';
export { integerRange, roundHalfEven, type IntegerRange, type QuantizedDtype } from './dtype';
export { fakeQuantize, type FakeQuantizeOptions } from './fake';
export * from './observers';
export {
  calibrate,
  prepare,
  SAMPLE_SIZE,
  type CalibrationBatch,
  type PreparedNetwork,
  type PreparedRow,
} from './prepare';
export { convert, type ConvertOptions } from './convert';
export { QuantizedNetwork } from './model';
export type { LayerReport } from './report';
export type { ActivationOptions, Mode, ObserverName, PrepareOptions } from './options';
export { quantizeWeights, type WeightOptions } from './weights';
export { GroupQuantizedTensor, packBits, unpackBits, type GroupOptions } from './groups';
export * as reference from './reference';
export { processor, type ProcessorSupport } from './processor';
export {
  convertWithFloor,
  layerSensitivity,
  type FloorOptions,
  type FloorResult,
  type FloorTrial,
  type LayerSensitivity,
} from './search';
export { loadWeights, saveWeights, type SaveWeightsOptions, type WeightFileSizes } from './files';
export { trainable, type TrainableNetwork, type TrainableOptions } from './training';
