import { models, type nn } from 'scalable-inference';

/** The networks that torchvision publishes weights for. */
export const PUBLISHED = [...new Set(models.table().map(({ model }) => model))];

/** A network to take through the readers, and the height and width of a picture that it takes. */
export interface Candidate {
  name: string;
  size: number;
  /** Of a picture, by default 3. */
  channels?: number;
  build: (seed: number) => nn.Module;
}

const small = (name: models.ModelName, size: number): Candidate => ({
  name,
  size,
  build: (seed) => models.create(name, { seed, numClasses: 10 }),
});
const built = (name: string, size: number, build: () => nn.Module): Candidate => ({ name, size, build: () => build() });

const CLASSES = 10;
const CONV = [
  [8, 11, 4, 2, true],
  [16, 5, 1, 2, true],
  [16, 3, 1, 1, true],
] as const;

/**
 * A small member of every family, with pictures that leave each part something to do; where the smallest one that is
 * published is large, one of fewer channels by the same constructor.
 */
export const MEMBERS: readonly Candidate[] = [
  built('alexnet, few channels', 63, () => new models.AlexNet({ convolutions: CONV, features: 32 }, CLASSES)),
  built('vgg, few channels', 32, () => {
    const stages = [[8], [16], [16, 24], [24, 24], [32]];
    return new models.VGG({ stages, features: 32 }, CLASSES);
  }),
  built('vgg with batch normalisation, few channels', 36, () => {
    const stages = [[8], [16], [16, 24], [24, 24], [32]];
    return new models.VGG({ stages, features: 32, batchNorm: true }, CLASSES);
  }),
  small('googlenet', 33),
  small('inception_v3', 80),
  built('densenet, few channels', 45, () => {
    return new models.DenseNet({ growthRate: 8, layers: [2, 3, 2], firstChannels: 16 }, CLASSES);
  }),
  small('squeezenet1_0', 33),
  small('squeezenet1_1', 34),
  small('shufflenet_v2_x0_5', 33),
  small('mnasnet0_5', 33),
  small('regnet_x_400mf', 33),
  small('regnet_y_400mf', 33),
  small('resnet18', 33),
  small('mobilenet_v2', 33),
  small('mobilenet_v3_small', 33),
  small('efficientnet_b0', 33),
  built('convnext, few channels', 40, () => {
    return new models.ConvNeXt({ widths: [8, 16, 24, 32], depths: [1, 1, 2, 1], stochasticDepth: 0.1 }, CLASSES);
  }),
  built('swin, few channels', 45, () => {
    const settings = {
      version: 1,
      embedDim: 16,
      depths: [2, 2],
      heads: [2, 4],
      window: 4,
      stochasticDepth: 0.1,
    } as const;
    return new models.SwinTransformer(settings, CLASSES);
  }),
  built('maxvit, few channels', 64, () => {
    const blocks = [
      [16, 1],
      [32, 2],
    ] as const;
    const settings = { stemChannels: 16, blocks, headDim: 8, partition: 4, stochasticDepth: 0.2 };
    return new models.MaxVit(settings, CLASSES, 64);
  }),
  built('vit, few channels', 32, () => {
    const settings = { imageSize: 32, patchSize: 8, layers: 2, heads: 4, hiddenDim: 32, mlpDim: 64 };
    return new models.VisionTransformer(settings, CLASSES);
  }),
];

/** Families that are not torchvision's. */
export const BY_HAND: readonly Candidate[] = [
  { ...built('lenet', 28, () => models.create('lenet')), channels: 1 },
  built('small_cnn', 32, () => models.create('small_cnn')),
  built('vit_hugging_face, few channels', 32, () => {
    return new models.ViTForImageClassification({
      ...{ imageSize: 32, patchSize: 8, channels: 3, hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 24 },
      ...{ activation: 'gelu', epsilon: 1e-12, qkvBias: true, hiddenDropout: 0, attentionDropout: 0 },
      labels: models.genericLabels(CLASSES),
    });
  }),
];

/** Variants of blocks that the members of their families do not have. */
export const SMALL: readonly Candidate[] = [
  small('resnext50_32x4d', 32),
  small('mobilenet_v3_large', 33),
  small('efficientnet_v2_s', 32),
  built('swin of version 2, few channels', 48, () => {
    return new models.SwinTransformer(
      { version: 2, embedDim: 16, depths: [2, 2], heads: [2, 4], window: 4, stochasticDepth: 0.1 },
      CLASSES,
    );
  }),
];
