import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Flatten,
  functional as F,
  GELU,
  Identity,
  init,
  LayerNorm,
  Module,
  ModuleList,
  Sequential,
  SiLU,
  StochasticDepth,
  Tanh,
} from '../../nn';
import { family } from '../family';
import { Conv2dNormActivation, SqueezeExcitation } from './blocks';
import { dense, PartitionAttentionLayer } from './maxvit-attention';
import { checkPicture } from './picture';

interface MaxVitSettings {
  stemChannels: number;
  /** Channels and layers of each block. */
  blocks: ReadonlyArray<readonly [channels: number, layers: number]>;
  headDim: number;
  /** Tokens along each side of a window, and of the grid. */
  partition: number;
  /** Rate of the last layer; the others' rise to it linearly. */
  stochasticDepth: number;
}

interface LayerSettings {
  inChannels: number;
  outChannels: number;
  stride: number;
  stochasticDepth: number;
}

const EXPAND = 4;
const SQUEEZE = 0.25;
const norm = { epsilon: 1e-3, momentum: 0.01 };
const weightInit = init.normal(0.02);
const biasInit = init.zeros;
const conv = (inChannels: number, outChannels: number, kernelSize: number): Conv2d =>
  new Conv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, weightInit, biasInit });

/** Normalisation, 1x1 expansion, depthwise convolution, squeeze-and-excitation, 1x1 projection, and the shortcut. */
class MBConv extends Module {
  readonly proj: Module;
  readonly stochastic_depth: Module;
  readonly layers: Sequential;

  constructor({ inChannels, outChannels, stride, stochasticDepth }: LayerSettings) {
    super();
    const hidden = outChannels * EXPAND;
    const smaller = stride === 1 ? [] : [new AvgPool2d({ kernelSize: 3, stride, padding: 1 })];
    const same = stride === 1 && inChannels === outChannels;
    this.proj = same ? new Identity() : new Sequential([...smaller, conv(inChannels, outChannels, 1)]);
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
    const shared = { outChannels: hidden, norm, activation: GELU, weightInit };
    this.layers = new Sequential({
      pre_norm: new BatchNorm2d({ numFeatures: inChannels, ...norm }),
      conv_a: new Conv2dNormActivation({ ...shared, inChannels, kernelSize: 1 }),
      conv_b: new Conv2dNormActivation({ ...shared, inChannels: hidden, stride, groups: hidden }),
      squeeze_excitation: new SqueezeExcitation({
        inputChannels: hidden,
        squeezeChannels: Math.floor(outChannels * SQUEEZE),
        activation: SiLU,
        weightInit,
      }),
      conv_c: conv(hidden, outChannels, 1),
    });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.add(this.proj.forward(x), this.stochastic_depth.forward(this.layers.forward(x)));
  }
}

/** Convolution, then attention within windows, then across them. */
class MaxVitLayer extends Module {
  readonly layers: Sequential;

  constructor(settings: LayerSettings, { headDim, partition }: MaxVitSettings) {
    super();
    const { outChannels: channels, stochasticDepth } = settings;
    const attention = { channels, headDim, partition, stochasticDepth };
    this.layers = new Sequential({
      MBconv: new MBConv(settings),
      window_attention: new PartitionAttentionLayer({ ...attention, type: 'window' }),
      grid_attention: new PartitionAttentionLayer({ ...attention, type: 'grid' }),
    });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layers.forward(x);
  }
}

/** Layers of one size, the first of which halves it. */
class MaxVitBlock extends Module {
  readonly layers: ModuleList;

  constructor(layers: readonly MaxVitLayer[]) {
    super();
    this.layers = new ModuleList(layers);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return [...this.layers].reduce((value, layer) => layer.forward(value), x);
  }
}

function buildBlocks(settings: MaxVitSettings): MaxVitBlock[] {
  const total = settings.blocks.reduce((sum, [, layers]) => sum + layers, 0);
  let inChannels = settings.stemChannels;
  let index = 0;
  return settings.blocks.map(([outChannels, layers]) => {
    const made = Array.from({ length: layers }, (_, i) => {
      const stochasticDepth = (settings.stochasticDepth * index++) / (total - 1);
      const layer = new MaxVitLayer({ inChannels, outChannels, stride: i === 0 ? 2 : 1, stochasticDepth }, settings);
      inChannels = outChannels;
      return layer;
    });
    return new MaxVitBlock(made);
  });
}

/** Refuses sizes whose maps do not divide into windows at some block. */
function checkImageSize(imageSize: number, { blocks, partition }: MaxVitSettings): void {
  let size = Math.ceil(imageSize / 2);
  for (let i = 0; i < blocks.length; i++) {
    size = Math.ceil(size / 2);
    if (size % partition)
      throw new Error(
        `MaxVit expects an imageSize whose maps divide into windows of ${partition}x${partition}, got ${imageSize}: ` +
          `block ${i} would have ${size}x${size} pixels. Multiples of ${partition * 2 ** (blocks.length + 1)} fit.`,
      );
  }
}

/** MaxViT (Tu et al. 2022). Input [batch, imageSize, imageSize, 3]: the maps of every block must divide into windows. */
export class MaxVit extends Module {
  readonly stem: Sequential;
  readonly blocks: ModuleList;
  readonly classifier: Sequential;
  private readonly imageSize: number;

  constructor(settings: MaxVitSettings, numClasses: number, imageSize: number) {
    super();
    checkImageSize(imageSize, settings);
    this.imageSize = imageSize;
    const { stemChannels, blocks } = settings;
    const [last] = blocks[blocks.length - 1];
    this.stem = new Sequential([
      new Conv2dNormActivation({
        inChannels: 3,
        outChannels: stemChannels,
        stride: 2,
        norm,
        activation: GELU,
        weightInit,
      }),
      new Sequential([conv(stemChannels, stemChannels, 3)]),
    ]);
    this.blocks = new ModuleList(buildBlocks(settings));
    this.classifier = new Sequential([
      new AdaptiveAvgPool2d(),
      new Flatten(),
      new LayerNorm({ features: last }),
      dense(last, last),
      new Tanh(),
      dense(last, numClasses, false),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'MaxVit', size: this.imageSize });
    const y = [...this.blocks].reduce((value, block) => block.forward(value), this.stem.forward(x));
    return this.classifier.forward(y);
  }
}

// Tu et al. 2022, table 1.
const TABLE = {
  // prettier-ignore
  maxvit_t: {
    stemChannels: 64, blocks: [[64, 2], [128, 2], [256, 5], [512, 2]], headDim: 32, partition: 7, stochasticDepth: 0.2,
  },
} satisfies Record<string, MaxVitSettings>;

export const maxvit = family({
  name: 'maxvit',
  kind: 'transformer',
  rows: TABLE,
  inputShape: [224, 224, 3],
  choices: { imageSize: 224 },
  build: (settings: MaxVitSettings, numClasses, { imageSize }) => new MaxVit(settings, numClasses, imageSize),
});
