import type { tf } from '../../backend';
import { functional as F, type Linear, Module } from '../../nn';
import { checkPicture } from '../families/picture';
import { Body, type HuggingFaceVitSettings } from '../families/vit-huggingface';
import { dense } from '../families/vit-huggingface-layers';

/** A ViT with a second token that learns from a teacher (Touvron et al. 2021), and what both kinds of heads share. */
abstract class Distilled extends Module {
  readonly deit: Body;

  constructor(readonly settings: HuggingFaceVitSettings) {
    super();
    this.deit = new Body(settings, { distilled: true });
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  /** The first tokens of the last layer: [batch, hiddenSize] for the class token and that of the teacher. */
  protected tokens(x: tf.Tensor): [own: () => tf.Tensor, taught: () => tf.Tensor] {
    const { imageSize, channels, hiddenSize } = this.settings;
    checkPicture(x, { model: 'DeiTForImageClassification', size: imageSize, channels });
    const y = this.deit.forward(x);
    const token = (at: number) => (): tf.Tensor => F.reshape(F.slice(y, [0, at, 0], [-1, 1, -1]), [-1, hiddenSize]);
    return [token(0), token(1)];
  }
}

/**
 * DeiT with a classifier on its class token, with the names of Hugging Face's `DeiTForImageClassification`.
 * Input [batch, height, width, channels], output one logit per label.
 */
export class DeiTForImageClassification extends Distilled {
  readonly classifier: Linear;

  constructor(settings: HuggingFaceVitSettings) {
    super(settings);
    this.classifier = dense(settings.hiddenSize, settings.labels.length);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [own] = this.tokens(x);
    return this.classifier.forward(own());
  }
}

/**
 * DeiT with a classifier on each of its two tokens, whose logits are averaged: Hugging Face's
 * `DeiTForImageClassificationWithTeacher`.
 */
export class DeiTForImageClassificationWithTeacher extends Distilled {
  readonly cls_classifier: Linear;
  readonly distillation_classifier: Linear;

  constructor(settings: HuggingFaceVitSettings) {
    super(settings);
    this.cls_classifier = dense(settings.hiddenSize, settings.labels.length);
    this.distillation_classifier = dense(settings.hiddenSize, settings.labels.length);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [own, taught] = this.tokens(x);
    const sum = F.add(this.cls_classifier.forward(own()), this.distillation_classifier.forward(taught()));
    return F.multiply(sum, F.constant([0.5], [1]));
  }
}
