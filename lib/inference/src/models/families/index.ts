import type { Family } from '../family';
import { alexnet } from './alexnet';
import { bert, distilbert } from '../hugging-face/text-models';
import { convnext } from './convnext';
import { densenet } from './densenet';
import { efficientnet } from './efficientnet';
import { googlenet } from './googlenet';
import { inceptionV3 } from './inception-v3';
import { lenet } from './lenet';
import { maxvit } from './maxvit';
import { mnasnet } from './mnasnet';
import { mobilenetV2 } from './mobilenet-v2';
import { mobilenetV3 } from './mobilenet-v3';
import { regnet } from './regnet';
import { resnet } from './resnet';
import { shufflenetV2 } from './shufflenet-v2';
import { smallCnn } from './small-cnn';
import { squeezenet } from './squeezenet';
import { swin } from './swin';
import { vgg } from './vgg';
import { vit } from './vit';
import { vitHuggingFace } from './vit-huggingface';

/** Every family of the library: a new one is a file beside this one and a word here. */
export const FAMILIES = [
  lenet,
  smallCnn,
  alexnet,
  vgg,
  googlenet,
  inceptionV3,
  resnet,
  densenet,
  squeezenet,
  shufflenetV2,
  mnasnet,
  regnet,
  mobilenetV2,
  mobilenetV3,
  efficientnet,
  convnext,
  vit,
  vitHuggingFace,
  swin,
  maxvit,
  bert,
  distilbert,
] as const;

/** The class behind each name of a family. */
type TypesOf<F> = F extends Family<infer Name, infer Net> ? { name: Name; net: Net } : never;
type Listed = TypesOf<(typeof FAMILIES)[number]>;

/** The name of a network that the library brings. */
export type ModelName = Listed['name'];

/** The class behind each name, so that `models.create('lenet').conv1` has a type. */
export type ModelTypes = {
  [Name in ModelName]: Listed extends infer Entry
    ? Entry extends { name: infer Names; net: infer Net }
      ? Name extends Names
        ? Net
        : never
      : never
    : never;
};
