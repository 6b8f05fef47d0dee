import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, functional as F, Identity, init, Linear, MaxPool2d, Module, Sequential } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from '../families/hugging-face-activations';
import { checkPicture } from '../families/picture';
import { Group } from './group';

/** Sizes of a `ResNetForImageClassification`, as its config.json gives them. */
export interface HuggingFaceResNetSettings {
  channels: number;
  /** Channels after the first convolution. */
  embeddingSize: number;
  /** Channels of each stage. */
  hiddenSizes: readonly number[];
  /** Layers of each stage. */
  depths: readonly number[];
  layerType: 'basic' | 'bottleneck';
  activation: HuggingFaceActivation;
  /** Whether the first stage halves height and width as the others do. */
  downsampleInFirstStage: boolean;
  /** Whether a bottleneck halves them in its first convolution rather than its second. */
  downsampleInBottleneck: boolean;
  labels: readonly string[];
}

interface ConvolutionSettings {
  from: number;
  to: number;
  kernelSize: number;
  stride?: number;
  activation?: HuggingFaceActivation;
}

/** Convolution, normalisation and, unless it is the last of a layer, activation. */
class ConvLayer extends Module {
  readonly convolution: Conv2d;
  readonly normalization: BatchNorm2d;
  readonly activation: Module;

  constructor({ from, to, kernelSize, stride = 1, activation = 'linear' }: ConvolutionSettings) {
    super();
    this.convolution = new Conv2d({
      ...{ inChannels: from, outChannels: to, kernelSize, stride, padding: Math.floor(kernelSize / 2), bias: false },
      weightInit: init.kaimingNormalFanOut,
    });
    this.normalization = new BatchNorm2d({ numFeatures: to });
    this.activation = HUGGING_FACE_ACTIVATIONS[activation]();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.activation.forward(this.normalization.forward(this.convolution.forward(x)));
  }
}

/** Two or three convolutions with a shortcut. Activations between them are ReLUs whatever the config says, as in transformers. */
class Layer extends Module {
  readonly shortcut: Module;
  readonly layer: Sequential;
  readonly activation: Module;

  constructor(from: number, to: number, stride: number, settings: HuggingFaceResNetSettings) {
    super();
    this.shortcut = from === to && stride === 1 ? new Identity() : new ConvLayer({ from, to, kernelSize: 1, stride });
    const inside = Math.floor(to / 4);
    const [first, second] = settings.downsampleInBottleneck ? [stride, 1] : [1, stride];
    this.layer = new Sequential(
      settings.layerType === 'basic'
        ? [
            new ConvLayer({ from, to, kernelSize: 3, stride, activation: 'relu' }),
            new ConvLayer({ from: to, to, kernelSize: 3 }),
          ]
        : [
            new ConvLayer({ from, to: inside, kernelSize: 1, stride: first, activation: 'relu' }),
            new ConvLayer({ from: inside, to: inside, kernelSize: 3, stride: second, activation: 'relu' }),
            new ConvLayer({ from: inside, to, kernelSize: 1 }),
          ],
    );
    this.activation = HUGGING_FACE_ACTIVATIONS[settings.activation]();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.activation.forward(F.add(this.layer.forward(x), this.shortcut.forward(x)));
  }
}

class Stage extends Module {
  readonly layers: Sequential;

  constructor(stage: number, settings: HuggingFaceResNetSettings) {
    super();
    const { hiddenSizes, embeddingSize, depths, downsampleInFirstStage } = settings;
    const [from, to] = [stage === 0 ? embeddingSize : hiddenSizes[stage - 1], hiddenSizes[stage]];
    const stride = stage > 0 || downsampleInFirstStage ? 2 : 1;
    this.layers = new Sequential(
      Array.from({ length: depths[stage] }, (_, i) =>
        i === 0 ? new Layer(from, to, stride, settings) : new Layer(to, to, 1, settings),
      ),
    );
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layers.forward(x);
  }
}

class Body extends Module {
  readonly embedder: Group & { embedder: ConvLayer };
  readonly encoder: Group & { stages: Sequential };
  private readonly pool = new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 });

  constructor(settings: HuggingFaceResNetSettings) {
    super();
    const { channels, embeddingSize, activation, depths } = settings;
    const embedder = new ConvLayer({ from: channels, to: embeddingSize, kernelSize: 7, stride: 2, activation });
    this.embedder = Object.assign(new Group(), { embedder });
    const stages = new Sequential(depths.map((_, stage) => new Stage(stage, settings)));
    this.encoder = Object.assign(new Group(), { stages });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.globalAvgPool(this.encoder.stages.forward(this.pool.forward(this.embedder.embedder.forward(x))));
  }
}

/**
 * ResNet with the names that Hugging Face's `ResNetForImageClassification` gives its entries.
 * Input [batch, height, width, channels] of any size, output one logit per label.
 */
export class ResNetForImageClassification extends Module {
  readonly resnet: Body;
  /** Entry 1, as in Hugging Face's, whose entry 0 flattens. */
  readonly classifier: Sequential;

  constructor(readonly settings: HuggingFaceResNetSettings) {
    super();
    this.resnet = new Body(settings);
    const { hiddenSizes, labels } = settings;
    const head = new Linear({ inFeatures: hiddenSizes[hiddenSizes.length - 1], outFeatures: labels.length });
    this.classifier = new Sequential([new Identity(), head]);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'ResNetForImageClassification', channels: this.settings.channels });
    return this.classifier.forward(F.flatten(this.resnet.forward(x)));
  }
}
