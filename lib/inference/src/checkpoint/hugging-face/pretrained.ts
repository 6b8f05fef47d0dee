import type { tf } from '../../backend';
import {
  BertForSequenceClassification,
  ConvNextForImageClassification,
  DeiTForImageClassification,
  DeiTForImageClassificationWithTeacher,
  DistilBertForSequenceClassification,
  MobileNetV2ForImageClassification,
  ResNetForImageClassification,
  SwinForImageClassification,
  ViTForImageClassification,
} from '../../models';
import type { Module } from '../../nn';
import { PREPROCESSOR } from '../hub';
import { preprocess, type Preprocessing } from '../preprocess';

/** What a loaded network knows beside its weights. */
export interface Pretrained {
  /** Names of the classes, in the order of the logits. */
  readonly labels: readonly string[];
  /** How its pictures are prepared, from preprocessor_config.json; null where the folder has none. */
  preprocessing: Preprocessing | null;
  /**
   * Names of the entries that the weights hold beside the network's own and that change no result: poolers, mask
   * tokens, positions. Hugging Face's transformers ignores them too.
   */
  ignored: readonly string[];
  /**
   * Resizes, crops, rescales and normalises pictures [batch, height, width, channels] of values 0 to 255 as the
   * folder's preprocessor_config.json says; the caller frees the result.
   */
  preprocess(pictures: tf.Tensor): tf.Tensor4D;
}

/** A network from Hugging Face. */
export type PretrainedNetwork = Module & Pretrained;

/** A network that names its classes, its `forward` written. */
interface Classifier extends Module {
  readonly labels: readonly string[];
  forward(x: tf.Tensor, ...more: tf.Tensor[]): tf.Tensor;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what TypeScript asks of the constructor of a mixin
type Mixable = new (...args: any[]) => Classifier;

/** The class with more members. */
type WithPretrained<Base extends Mixable> = new (
  ...args: ConstructorParameters<Base>
) => InstanceType<Base> & Pretrained;

/** A class of networks that also know how their pictures are prepared, and what else their files held. */
function pretrained<Base extends Mixable>(base: Base): WithPretrained<Base> {
  class WithPreprocessing extends base implements Pretrained {
    preprocessing: Preprocessing | null = null;
    ignored: readonly string[] = [];

    preprocess(pictures: tf.Tensor): tf.Tensor4D {
      if (this.inputNames) throw new Error('This network takes token numbers: there are no pictures to prepare.');
      if (!this.preprocessing)
        throw new Error(`The checkpoint came without ${PREPROCESSOR}: prepare its pictures yourself.`);
      return preprocess(pictures, this.preprocessing);
    }
  }
  return WithPreprocessing as unknown as WithPretrained<Base>;
}

/** How a network's pictures are prepared; null for networks that do not say. */
export const preprocessingOf = (net: Module): Preprocessing | null =>
  (net as Module & Partial<Pretrained>).preprocessing ?? null;

/** A loaded ViT. */
export class PretrainedViT extends pretrained(ViTForImageClassification) {}
/** A loaded DeiT. */
export class PretrainedDeiT extends pretrained(DeiTForImageClassification) {}
/** A loaded DeiT with both of its heads. */
export class PretrainedDeiTWithTeacher extends pretrained(DeiTForImageClassificationWithTeacher) {}
/** A loaded ResNet. */
export class PretrainedResNet extends pretrained(ResNetForImageClassification) {}
/** A loaded ConvNeXt. */
export class PretrainedConvNext extends pretrained(ConvNextForImageClassification) {}
/** A loaded Swin. */
export class PretrainedSwin extends pretrained(SwinForImageClassification) {}
/** A loaded MobileNetV2. */
export class PretrainedMobileNetV2 extends pretrained(MobileNetV2ForImageClassification) {}
/** A loaded BERT. */
export class PretrainedBert extends pretrained(BertForSequenceClassification) {}
/** A loaded DistilBERT. */
export class PretrainedDistilBert extends pretrained(DistilBertForSequenceClassification) {}
