import { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Conv2d,
  Flatten,
  functional as F,
  GELU,
  Identity,
  init,
  LayerNorm,
  Linear,
  Module,
  Sequential,
  StochasticDepth,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

interface ConvNeXtSettings {
  /** Channels per stage. */
  widths: readonly number[];
  /** Blocks per stage. */
  depths: readonly number[];
  /** Rate of the last block; the others' rise to it linearly. */
  stochasticDepth: number;
}

const weightInit = init.normal(0.02);
const biasInit = init.zeros;
const norm = (features: number): LayerNorm => new LayerNorm({ features, epsilon: 1e-6 });
/** Convolution over patches that do not overlap. */
const patchify = (inChannels: number, outChannels: number, size: number): Conv2d =>
  new Conv2d({ inChannels, outChannels, kernelSize: size, stride: size, weightInit, biasInit });

/** 7x7 depthwise convolution and two dense layers per pixel, scaled per channel. */
class CNBlock extends Module {
  readonly block: Sequential;
  readonly stochastic_depth: StochasticDepth;

  constructor(dim: number, stochasticDepth: number) {
    super();
    this.registerParameter('layer_scale', tf.fill([1, 1, dim], 1e-6), 'channels');
    this.block = new Sequential([
      new Conv2d({ inChannels: dim, outChannels: dim, kernelSize: 7, padding: 3, groups: dim, weightInit, biasInit }),
      new Identity(), // PyTorch reorders dimensions here and at the end
      norm(dim),
      new Linear({ inFeatures: dim, outFeatures: 4 * dim, weightInit, biasInit }),
      new GELU(),
      new Linear({ inFeatures: 4 * dim, outFeatures: dim, weightInit, biasInit }),
      new Identity(),
    ]);
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.multiply(this.block.forward(x), this.value('layer_scale'));
    return F.add(this.stochastic_depth.forward(y), x);
  }
}

function buildStages({ widths, depths, stochasticDepth }: ConvNeXtSettings): Sequential[] {
  const total = depths.reduce((a, b) => a + b, 0);
  let index = 0;
  return depths.flatMap((depth, i) => {
    const stage = new Sequential(
      Array.from({ length: depth }, () => new CNBlock(widths[i], (stochasticDepth * index++) / (total - 1))),
    );
    return i === depths.length - 1
      ? [stage]
      : [stage, new Sequential([norm(widths[i]), patchify(widths[i], widths[i + 1], 2)])];
  });
}

/** The stem and the three halvings leave one pixel of 32. */
const MIN_SIZE = 32;

/** ConvNeXt (Liu et al. 2022). Input [batch, height, width, 3] from 32x32 pixels on. */
export class ConvNeXt extends Module {
  readonly features: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly classifier: Sequential;

  constructor(settings: ConvNeXtSettings, numClasses: number) {
    super();
    const { widths } = settings;
    const last = widths[widths.length - 1];
    this.features = new Sequential([
      new Sequential([patchify(3, widths[0], 4), norm(widths[0])]),
      ...buildStages(settings),
    ]);
    this.classifier = new Sequential([
      norm(last),
      new Flatten(),
      new Linear({ inFeatures: last, outFeatures: numClasses, weightInit, biasInit }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'ConvNeXt', minSize: MIN_SIZE });
    return this.classifier.forward(this.avgpool.forward(this.features.forward(x)));
  }
}

// Liu et al. 2022, section 3.
const TABLE = {
  convnext_tiny: { widths: [96, 192, 384, 768], depths: [3, 3, 9, 3], stochasticDepth: 0.1 },
  convnext_small: { widths: [96, 192, 384, 768], depths: [3, 3, 27, 3], stochasticDepth: 0.4 },
  convnext_base: { widths: [128, 256, 512, 1024], depths: [3, 3, 27, 3], stochasticDepth: 0.5 },
  convnext_large: { widths: [192, 384, 768, 1536], depths: [3, 3, 27, 3], stochasticDepth: 0.5 },
} satisfies Record<string, ConvNeXtSettings>;

export const convnext = family({
  name: 'convnext',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings, numClasses) => new ConvNeXt(settings, numClasses),
});
