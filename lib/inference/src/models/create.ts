import { withSeed } from '../backend';
import type { Module } from '../nn';
import type { ConvNeXt, ConvNeXtName } from './convnext';
import type { EfficientNet, EfficientNetName } from './efficientnet';
import type { LeNet, LeNetName } from './lenet';
import type { MobileNetV2, MobileNetV2Name } from './mobilenet-v2';
import type { MobileNetV3, MobileNetV3Name } from './mobilenet-v3';
import { describe } from './registry';
import type { ResNet, ResNetName } from './resnet';
import type { SwinName, SwinTransformer } from './swin';
import type { VisionTransformer, VisionTransformerName } from './vit';
import { integer } from '../check';

/** Options of every model. */
export interface ModelOptions {
  /** Size of the last layer. Default: as published, 1000 for ImageNet networks. */
  numClasses?: number;
  /** Seed of the initial weights; without one they come from the library's shared stream. */
  seed?: number;
}

/** The class behind each name, so that `models.create('lenet').conv1` has a type. */
export interface ModelTypes
  extends
    Record<LeNetName, LeNet>,
    Record<ResNetName, ResNet>,
    Record<MobileNetV2Name, MobileNetV2>,
    Record<MobileNetV3Name, MobileNetV3>,
    Record<EfficientNetName, EfficientNet>,
    Record<ConvNeXtName, ConvNeXt>,
    Record<VisionTransformerName, VisionTransformer>,
    Record<SwinName, SwinTransformer> {}

/** A registered name. */
export type ModelName = keyof ModelTypes;

/**
 * Builds a model with fresh weights. It starts in training mode, as in PyTorch: call `eval()` before inference.
 * @throws for an unknown name, with the nearest known ones
 */
export function create<N extends ModelName>(name: N, options?: ModelOptions): ModelTypes[N];
export function create(name: string, options?: ModelOptions): Module;
export function create(name: string, { numClasses, seed }: ModelOptions = {}): Module {
  const entry = describe(name);
  const classes = numClasses ?? entry.numClasses ?? 1000;
  integer('numClasses', classes, { min: 1 });
  return withSeed(seed, () => entry.build(classes));
}
