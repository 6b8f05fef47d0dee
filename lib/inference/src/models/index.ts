/** Published networks by their torchvision names, one file a family, and the table of their published figures. */
export { create, type ModelOptions } from './create';
export { type ModelName, type ModelTypes } from './families';
export {
  family,
  type Choices,
  type Family,
  type FamilyOptions,
  type InputShape,
  type ModelEntry,
  type ModelKind,
} from './family';
export { describe, list, register } from './registry';
export { table, type PublishedModel } from './table';
export { sha256PrefixOf, weights, type ModelWeights } from './weights';
export { AlexNet } from './families/alexnet';
export { ConvNeXt } from './families/convnext';
export { DenseNet } from './families/densenet';
export { EfficientNet } from './families/efficientnet';
export { GoogLeNet, type GoogLeNetOutputs } from './families/googlenet';
export { Inception3, type InceptionOutputs } from './families/inception-v3';
export { LeNet } from './families/lenet';
export { MaxVit } from './families/maxvit';
export { MNASNet } from './families/mnasnet';
export { MobileNetV2 } from './families/mobilenet-v2';
export { MobileNetV3 } from './families/mobilenet-v3';
export { RegNet } from './families/regnet';
export { ResNet } from './families/resnet';
export { ShuffleNetV2 } from './families/shufflenet-v2';
export { SmallCnn, type SmallCnnOptions } from './families/small-cnn';
export { SqueezeNet } from './families/squeezenet';
export { SwinTransformer } from './families/swin';
export { VGG } from './families/vgg';
export { VisionTransformer } from './families/vit';
export {
  genericLabels,
  patchCount,
  patchGrid,
  ViTForImageClassification,
  type HuggingFaceVitSettings,
} from './families/vit-huggingface';
export { BertForSequenceClassification, BertModel, type BertClassifierSettings } from './hugging-face/bert';
export {
  DistilBertForSequenceClassification,
  DistilBertModel,
  type DistilBertClassifierSettings,
} from './hugging-face/distilbert';
export { ConvNextForImageClassification, type HuggingFaceConvNextSettings } from './hugging-face/convnext';
export { DeiTForImageClassification, DeiTForImageClassificationWithTeacher } from './hugging-face/deit';
export {
  MobileNetV2ForImageClassification,
  mobileNetV2Widths,
  type HuggingFaceMobileNetV2Settings,
} from './hugging-face/mobilenet-v2';
export { ResNetForImageClassification, type HuggingFaceResNetSettings } from './hugging-face/resnet';
export { SwinForImageClassification, type HuggingFaceSwinSettings } from './hugging-face/swin';
export { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from './families/hugging-face-activations';
