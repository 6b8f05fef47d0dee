/** The quantized graph of a prepared network, what became of each layer, and the search for layers to leave in float. */
export { rounded, tensorName, writePlacement } from './build';
export { convert, type ConvertOptions } from './convert';
export { QuantizedNetwork } from './model';
export type { LayerReport } from './report';
export {
  convertWithFloor,
  floorScore,
  floorSearch,
  integerLayers,
  layerDrift,
  layerSensitivity,
  rankLayers,
  type FloorOptions,
  type FloorResult,
  type FloorTrial,
  type LayerSensitivity,
} from './search';
