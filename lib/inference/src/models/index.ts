/** Published networks by their torchvision names, one file a family, and the table of their published figures. */
export { create, type ModelOptions } from './create';
export { type ModelName, type ModelTypes } from './families';
export { family, type Family, type FamilyOptions, type InputShape, type ModelEntry, type ModelKind } from './family';
export { describe, list, register } from './registry';
export { table, type PublishedModel } from './table';
export { weights, type ModelWeights } from './weights';
export { ConvNeXt } from './families/convnext';
export { EfficientNet } from './families/efficientnet';
export { LeNet } from './families/lenet';
export { MobileNetV2 } from './families/mobilenet-v2';
export { MobileNetV3 } from './families/mobilenet-v3';
export { ResNet } from './families/resnet';
export { SmallCnn, type SmallCnnOptions } from './families/small-cnn';
export { SwinTransformer } from './families/swin';
export { VisionTransformer } from './families/vit';
export {
  genericLabels,
  patchCount,
  patchGrid,
  ViTForImageClassification,
  type HuggingFaceVitSettings,
} from './families/vit-huggingface';
export { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from './families/hugging-face-activations';
