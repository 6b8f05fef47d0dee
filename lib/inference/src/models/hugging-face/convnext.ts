import { tf } from '../../backend';
import { Conv2d, functional as F, init, LayerNorm, type Linear, Module, Sequential, StochasticDepth } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from '../families/hugging-face-activations';
import { checkPicture } from '../families/picture';
import { dense, weightInit } from '../families/vit-huggingface-layers';
import { Group } from './group';

/** Sizes of a `ConvNextForImageClassification`, as its config.json gives them. */
export interface HuggingFaceConvNextSettings {
  channels: number;
  /** Edge of a patch in pixels, or [height, width]. */
  patchSize: number | readonly [number, number];
  /** Channels of each stage. */
  hiddenSizes: readonly number[];
  /** Blocks of each stage. */
  depths: readonly number[];
  activation: HuggingFaceActivation;
  /** Of the last normalisation; all others have 1e-6. */
  epsilon: number;
  /** What the factors of each block's result begin with; 0 and less for blocks without such factors. */
  layerScale: number;
  /** Rate of the last block; the others' rise to it linearly. */
  stochasticDepth: number;
  labels: readonly string[];
}

/** Fixed in transformers, whatever the config says. */
const EPSILON = 1e-6;
const norm = (features: number): LayerNorm => new LayerNorm({ features, epsilon: EPSILON });

class Block extends Module {
  readonly dwconv: Conv2d;
  readonly layernorm: LayerNorm;
  readonly pwconv1: Linear;
  readonly pwconv2: Linear;
  readonly activation: Module;
  readonly stochasticDepth: StochasticDepth;

  constructor(width: number, rate: number, { activation, layerScale }: HuggingFaceConvNextSettings) {
    super();
    if (layerScale > 0) this.registerParameter('layer_scale_parameter', tf.fill([width], layerScale));
    this.dwconv = new Conv2d({
      ...{ inChannels: width, outChannels: width, kernelSize: 7, padding: 3, groups: width },
      ...{ weightInit, biasInit: init.zeros },
    });
    this.layernorm = norm(width);
    this.pwconv1 = dense(width, 4 * width);
    this.pwconv2 = dense(4 * width, width);
    this.activation = HUGGING_FACE_ACTIVATIONS[activation]();
    this.stochasticDepth = new StochasticDepth(rate);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const hidden = this.pwconv1.forward(this.layernorm.forward(this.dwconv.forward(x)));
    const y = this.pwconv2.forward(this.activation.forward(hidden));
    const scaled = this.has('layer_scale_parameter') ? F.multiply(y, this.value('layer_scale_parameter')) : y;
    return F.add(x, this.stochasticDepth.forward(scaled));
  }
}

interface StageSettings {
  from: number;
  to: number;
  stride: number;
  /** Of stochastic depth, one for each block. */
  rates: readonly number[];
}

class Stage extends Module {
  readonly downsampling_layer: Sequential;
  readonly layers: Sequential;

  constructor({ from, to, stride, rates }: StageSettings, settings: HuggingFaceConvNextSettings) {
    super();
    const reduce = (): Module[] => [
      norm(from),
      new Conv2d({
        ...{ inChannels: from, outChannels: to, kernelSize: 2, stride },
        ...{ weightInit, biasInit: init.zeros },
      }),
    ];
    this.downsampling_layer = new Sequential(from === to && stride === 1 ? [] : reduce());
    this.layers = new Sequential(rates.map((rate) => new Block(to, rate, settings)));
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layers.forward(this.downsampling_layer.forward(x));
  }
}

/** Rates of stochastic depth that rise linearly from 0, one for each block of a network, stage by stage. */
export function risingRates(depths: readonly number[], last: number): number[][] {
  const total = depths.reduce((a, b) => a + b, 0);
  let at = 0;
  return depths.map((depth) => Array.from({ length: depth }, () => (last * at++) / Math.max(total - 1, 1)));
}

class Body extends Module {
  readonly embeddings: Group & { patch_embeddings: Conv2d; layernorm: LayerNorm };
  readonly encoder: Group & { stages: Sequential };
  readonly layernorm: LayerNorm;

  constructor(settings: HuggingFaceConvNextSettings) {
    super();
    const { hiddenSizes, channels, patchSize, depths, stochasticDepth, epsilon } = settings;
    const patches = new Conv2d({
      ...{ inChannels: channels, outChannels: hiddenSizes[0], kernelSize: patchSize, stride: patchSize },
      ...{ weightInit, biasInit: init.zeros },
    });
    this.embeddings = Object.assign(new Group(), { patch_embeddings: patches, layernorm: norm(hiddenSizes[0]) });
    const rates = risingRates(depths, stochasticDepth);
    const stages = depths.map((_, i) => {
      const [from, to] = [hiddenSizes[Math.max(0, i - 1)], hiddenSizes[i]];
      return new Stage({ from, to, stride: i === 0 ? 1 : 2, rates: rates[i] }, settings);
    });
    this.encoder = Object.assign(new Group(), { stages: new Sequential(stages) });
    this.layernorm = new LayerNorm({ features: hiddenSizes[hiddenSizes.length - 1], epsilon });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { patch_embeddings: patches, layernorm } = this.embeddings;
    const features = this.encoder.stages.forward(layernorm.forward(patches.forward(x)));
    return this.layernorm.forward(F.mean(features, [1, 2]));
  }
}

/**
 * ConvNeXt with the names that Hugging Face's `ConvNextForImageClassification` gives its entries.
 * Input [batch, height, width, channels] of any size, output one logit per label.
 */
export class ConvNextForImageClassification extends Module {
  readonly convnext: Body;
  readonly classifier: Linear;

  constructor(readonly settings: HuggingFaceConvNextSettings) {
    super();
    const { hiddenSizes, labels } = settings;
    this.convnext = new Body(settings);
    this.classifier = dense(hiddenSizes[hiddenSizes.length - 1], labels.length);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'ConvNextForImageClassification', channels: this.settings.channels });
    return this.classifier.forward(this.convnext.forward(x));
  }
}
