/** Published networks by their torchvision names, one file a family, and the table of their published figures. */
import './lenet';
import './resnet';
import './mobilenet-v2';
import './mobilenet-v3';
import './efficientnet';
import './convnext';
import './vit';
import './swin';

export { create, type ModelName, type ModelOptions, type ModelTypes } from './create';
export { describe, list, type ModelEntry } from './registry';
export { table, type PublishedModel } from './table';
export { ConvNeXt } from './convnext';
export { EfficientNet } from './efficientnet';
export { LeNet } from './lenet';
export { MobileNetV2 } from './mobilenet-v2';
export { MobileNetV3 } from './mobilenet-v3';
export { ResNet } from './resnet';
export { SmallCnn, type SmallCnnOptions } from './small-cnn';
export { SwinTransformer } from './swin';
export { VisionTransformer } from './vit';
export { ViTForImageClassification, type HuggingFaceVitSettings } from './vit-huggingface';
