/** Files of weights with PyTorch's names and layouts, safetensors and PyTorch's own, with every claim checked. */
export { load, type LoadOptions } from './load';
export { save, type SaveOptions } from './save';
export { read, type ReadEntry } from './read';
export { SafetensorsFile } from './reader';
export { PyTorchFile, writePyTorch, type NamedTensors, type SparseSource, type StateDictFields } from './pytorch';
export { isPyTorchName, openWeightFile } from './open';
export { writeWeights } from './write-weights';
export { WeightFile, type EntryInfo, type EntryValues } from './weight-file';
export { writeSafetensors, type TensorSource } from './writer';
export { DTYPE_BYTES, type Dtype, type TensorInfo } from './dtype';
export { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half';
export { fromFloat8E4M3, fromFloat8E5M2 } from './float8';
export { fromHuggingFace } from './hugging-face';
export {
  PretrainedBert,
  PretrainedConvNext,
  PretrainedDeiT,
  PretrainedDeiTWithTeacher,
  PretrainedDistilBert,
  PretrainedMobileNetV2,
  PretrainedResNet,
  PretrainedSwin,
  PretrainedViT,
  preprocessingOf,
  type Pretrained,
  type PretrainedNetwork,
} from './hugging-face/pretrained';
export type { HubOptions } from './hub';
export {
  byShortestEdge,
  preparedShape,
  preprocess,
  preprocessor,
  type Preprocessor,
  preprocessing,
  resample,
  type Arithmetic,
  type Filter,
  type FlexibleSize,
  type Preprocessing,
  type ResampleOptions,
} from './preprocess';
