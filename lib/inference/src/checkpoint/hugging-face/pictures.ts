import { finite, got, integer, number, oneOf } from '../../check';
import type { JsonObject } from '../../json';
import {
  mobileNetV2Widths,
  patchCount,
  type HuggingFaceConvNextSettings,
  type HuggingFaceMobileNetV2Settings,
  type HuggingFaceResNetSettings,
  type HuggingFaceSwinSettings,
} from '../../models';
import { functional as F } from '../../nn';
import { architecture } from './architecture';
import { activation, edges, epsilon, flag, labels, positive, sameLength, share, stages } from './fields';
import { PretrainedConvNext, PretrainedMobileNetV2, PretrainedResNet, PretrainedSwin } from './pretrained';

const last = <T>(list: readonly T[]): T => list[list.length - 1];

function resnetSettings(config: JsonObject): HuggingFaceResNetSettings {
  const settings = {
    channels: positive(config, 'num_channels', 3),
    embeddingSize: positive(config, 'embedding_size', 64),
    hiddenSizes: stages(config, 'hidden_sizes', [256, 512, 1024, 2048]),
    depths: stages(config, 'depths', [3, 4, 6, 3]),
    layerType: oneOf('layer_type', config.layer_type ?? 'bottleneck', ['basic', 'bottleneck'] as const),
    activation: activation(config, 'hidden_act', 'relu'),
    downsampleInFirstStage: flag(config, 'downsample_in_first_stage', false),
    downsampleInBottleneck: flag(config, 'downsample_in_bottleneck', false),
    labels: labels(config),
  };
  sameLength({ depths: settings.depths, hidden_sizes: settings.hiddenSizes });
  return settings;
}

export const resnet = architecture({
  type: 'resnet',
  classes: ['ResNetForImageClassification'],
  takesPictures: true,
  usual: ['resnet.embedder.embedder.convolution.weight', 'classifier.1.weight'],
  settings: resnetSettings,
  expected: ({ channels, embeddingSize, hiddenSizes, depths, layerType, labels: names }) => [
    ['resnet.embedder.embedder.convolution.weight', [embeddingSize, channels, 7, 7]],
    ...depths.map((depth, i) => {
      const [index, width] = layerType === 'basic' ? [1, hiddenSizes[i]] : [2, Math.floor(hiddenSizes[i] / 4)];
      const edge = layerType === 'basic' ? 3 : 1;
      const name = `resnet.encoder.stages.${i}.layers.${depth - 1}.layer.${index}.convolution.weight`;
      return [name, [hiddenSizes[i], width, edge, edge]] as const;
    }),
    ['classifier.1.weight', [names.length, last(hiddenSizes)]],
  ],
  build: (settings) => new PretrainedResNet(settings),
});

function convnextSettings(config: JsonObject): HuggingFaceConvNextSettings {
  const settings = {
    channels: positive(config, 'num_channels', 3),
    patchSize: edges(config, 'patch_size', 4),
    hiddenSizes: stages(config, 'hidden_sizes', [96, 192, 384, 768]),
    depths: stages(config, 'depths', [3, 3, 9, 3]),
    activation: activation(config, 'hidden_act', 'gelu'),
    epsilon: epsilon(config, 'layer_norm_eps', 1e-12),
    layerScale: finite('layer_scale_init_value', config.layer_scale_init_value ?? 1e-6),
    stochasticDepth: share(config, 'drop_path_rate'),
    labels: labels(config),
  };
  const { depths, hiddenSizes } = settings;
  sameLength({ depths, hidden_sizes: hiddenSizes });
  const count = positive(config, 'num_stages', 4);
  if (count !== depths.length)
    throw new Error(`num_stages must be ${depths.length}, the length of depths, got ${got(count)}.`);
  return settings;
}

export const convnext = architecture({
  type: 'convnext',
  classes: ['ConvNextForImageClassification'],
  takesPictures: true,
  usual: ['convnext.embeddings.patch_embeddings.weight', 'classifier.weight'],
  settings: convnextSettings,
  expected: ({ channels, patchSize, hiddenSizes, depths, labels: names }) => [
    ['convnext.embeddings.patch_embeddings.weight', [hiddenSizes[0], channels, ...F.pair(patchSize)]],
    ...depths.map((depth, i) => {
      const name = `convnext.encoder.stages.${i}.layers.${depth - 1}.pwconv1.weight`;
      return [name, [4 * hiddenSizes[i], hiddenSizes[i]]] as const;
    }),
    ['classifier.weight', [names.length, last(hiddenSizes)]],
  ],
  build: (settings) => new PretrainedConvNext(settings),
});

function swinSettings(config: JsonObject): HuggingFaceSwinSettings {
  const settings = {
    imageSize: edges(config, 'image_size', 224),
    patchSize: edges(config, 'patch_size', 4),
    channels: positive(config, 'num_channels', 3),
    embedDim: positive(config, 'embed_dim', 96),
    depths: stages(config, 'depths', [2, 2, 6, 2]),
    heads: stages(config, 'num_heads', [3, 6, 12, 24]),
    window: positive(config, 'window_size', 7),
    mlpRatio: finite('mlp_ratio', config.mlp_ratio ?? 4, { above: 0 }),
    qkvBias: flag(config, 'qkv_bias', true),
    activation: activation(config, 'hidden_act', 'gelu'),
    epsilon: epsilon(config, 'layer_norm_eps', 1e-5),
    absoluteEmbeddings: flag(config, 'use_absolute_embeddings', false),
    hiddenDropout: share(config, 'hidden_dropout_prob'),
    attentionDropout: share(config, 'attention_probs_dropout_prob'),
    stochasticDepth: share(config, 'drop_path_rate', 0.1),
    labels: labels(config),
  };
  const { depths, heads, embedDim } = settings;
  sameLength({ depths, num_heads: heads });
  heads.forEach((count, stage) => {
    const dim = embedDim * 2 ** stage;
    if (dim % count) throw new Error(`num_heads must divide the ${dim} channels of stage ${stage + 1}, got ${count}.`);
  });
  if (patchCount(settings) < 1)
    throw new Error(
      `patch_size ${got(settings.patchSize)} must not be larger than image_size ${got(settings.imageSize)}.`,
    );
  return settings;
}

export const swin = architecture({
  type: 'swin',
  classes: ['SwinForImageClassification'],
  takesPictures: true,
  usual: ['swin.embeddings.patch_embeddings.projection.weight', 'classifier.weight'],
  settings: swinSettings,
  expected: (settings) => {
    const { channels, patchSize, embedDim, depths, heads, window, mlpRatio, absoluteEmbeddings } = settings;
    return [
      ['swin.embeddings.patch_embeddings.projection.weight', [embedDim, channels, ...F.pair(patchSize)]],
      ...(absoluteEmbeddings
        ? [['swin.embeddings.position_embeddings', [1, patchCount(settings), embedDim]] as const]
        : []),
      ...depths.flatMap((depth, i) => {
        const [at, dim] = [`swin.encoder.layers.${i}.blocks.${depth - 1}.`, embedDim * 2 ** i];
        return [
          [`${at}intermediate.dense.weight`, [Math.trunc(mlpRatio * dim), dim]] as const,
          [`${at}attention.self.relative_position_bias_table`, [(2 * window - 1) ** 2, heads[i]]] as const,
        ];
      }),
      ['classifier.weight', [settings.labels.length, embedDim * 2 ** (depths.length - 1)]],
    ];
  },
  build: (settings) => new PretrainedSwin(settings),
});

function mobileNetV2Settings(config: JsonObject): HuggingFaceMobileNetV2Settings {
  return {
    channels: positive(config, 'num_channels', 3),
    depthMultiplier: finite('depth_multiplier', config.depth_multiplier ?? 1, { above: 0, max: 64 }),
    divisibleBy: positive(config, 'depth_divisible_by', 8),
    minDepth: positive(config, 'min_depth', 8),
    expandRatio: finite('expand_ratio', config.expand_ratio ?? 6, { above: 0, max: 64 }),
    outputStride: integer('output_stride', config.output_stride ?? 32, { min: 1 }),
    firstLayerIsExpansion: flag(config, 'first_layer_is_expansion', true),
    finegrainedOutput: flag(config, 'finegrained_output', true),
    activation: activation(config, 'hidden_act', 'relu6'),
    tfPadding: flag(config, 'tf_padding', true),
    epsilon: epsilon(config, 'layer_norm_eps', 0.001),
    classifierDropout: number('classifier_dropout_prob', config.classifier_dropout_prob ?? 0.8, { min: 0, below: 1 }),
    labels: labels(config),
  };
}

export const mobileNetV2 = architecture({
  type: 'mobilenet_v2',
  classes: ['MobileNetV2ForImageClassification'],
  takesPictures: true,
  usual: ['mobilenet_v2.conv_stem.first_conv.convolution.weight', 'classifier.weight'],
  settings: mobileNetV2Settings,
  expected(settings) {
    const [first, before, output] = mobileNetV2Widths(settings);
    return [
      ['mobilenet_v2.conv_stem.first_conv.convolution.weight', [first, settings.channels, 3, 3]],
      ['mobilenet_v2.conv_1x1.convolution.weight', [output, before, 1, 1]],
      ['classifier.weight', [settings.labels.length, output]],
    ];
  },
  build: (settings) => new PretrainedMobileNetV2(settings),
});
