import { oneOf } from '../../check';
import { type JsonObject } from '../../json';

const HALF = [0.5, 0.5, 0.5];
const CLIP = { image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711] };
const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const square = (edge: number): JsonObject => ({ height: edge, width: edge });

const VIT: JsonObject = {
  do_resize: true,
  size: square(224),
  default_to_square: true,
  resample: 2,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: HALF,
  image_std: HALF,
};
const CROPPED: JsonObject = { do_center_crop: true, crop_size: square(224) };
const SHORTEST: JsonObject = {
  ...VIT,
  ...CLIP,
  ...CROPPED,
  size: { shortest_edge: 224 },
  default_to_square: false,
  resample: 3,
  do_convert_rgb: true,
};

const MOBILENET: JsonObject = { ...VIT, ...CROPPED, size: { shortest_edge: 256 }, default_to_square: false };

/**
 * Defaults of the image processors of transformers 5.24 that resize, crop, rescale and normalise in this order and do
 * nothing else to pictures. `default_to_square` says what a lone number as size means; those with a `crop_pct` have a
 * rule of their own for sizes.
 */
const PROCESSORS: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries({
    ViTImageProcessor: VIT,
    DeiTImageProcessor: { ...VIT, ...CROPPED, size: square(256), resample: 3 },
    BitImageProcessor: SHORTEST,
    CLIPImageProcessor: SHORTEST,
    ChineseCLIPImageProcessor: SHORTEST,
    BlipImageProcessor: { ...VIT, ...CLIP, size: square(384), resample: 3, do_convert_rgb: true },
    ConvNextImageProcessor: {
      ...{ ...VIT, size: { shortest_edge: 384 }, default_to_square: false },
      ...{ resample: 3, crop_pct: 224 / 256 },
    },
    MobileNetV1ImageProcessor: MOBILENET,
    MobileNetV2ImageProcessor: MOBILENET,
    PvtImageProcessor: { ...VIT, ...IMAGENET, resample: 3 },
    SiglipImageProcessor: { ...VIT, resample: 3, default_to_square: false, do_convert_rgb: true },
  }),
);

/** The image processor that transformers takes for a kind of network whose file names none; ViT's for the others. */
const BY_MODEL_TYPE: ReadonlyMap<unknown, string> = new Map([
  ['convnext', 'ConvNextImageProcessor'],
  ['deit', 'DeiTImageProcessor'],
  ['mobilenet_v2', 'MobileNetV2ImageProcessor'],
  ['resnet', 'ConvNextImageProcessor'],
]);

/**
 * What a preprocessor_config.json need not say, by the class that it names: `image_processor_type`, or
 * `feature_extractor_type` in files of before 2022, with or without `Fast` or `Pil`; where it names none, by the kind of
 * the network.
 *
 * @param modelType `model_type` of config.json
 */
export function processorDefaults(config: JsonObject, modelType?: string): JsonObject {
  const { image_processor_type: type, feature_extractor_type: extractor } = config;
  const [field, given] =
    (type ?? null) === null ? ['feature_extractor_type', extractor] : ['image_processor_type', type];
  const name = given ?? BY_MODEL_TYPE.get(modelType) ?? 'ViTImageProcessor';
  const known = String(name)
    .replace('FeatureExtractor', 'ImageProcessor')
    .replace(/(Fast|Pil)$/, '');
  return PROCESSORS.get(known) ?? PROCESSORS.get(oneOf(field, name, [...PROCESSORS.keys()])) ?? VIT;
}
