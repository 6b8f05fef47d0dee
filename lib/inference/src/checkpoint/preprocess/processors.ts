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

/**
 * Defaults of the image processors of transformers 5.24 that resize, crop, rescale and normalise in this order and do
 * nothing else. `default_to_square` says what a lone number as size means.
 */
const PROCESSORS: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries({
    ViTImageProcessor: VIT,
    DeiTImageProcessor: { ...VIT, ...CROPPED, size: square(256), resample: 3 },
    BitImageProcessor: SHORTEST,
    CLIPImageProcessor: SHORTEST,
    ChineseCLIPImageProcessor: SHORTEST,
    BlipImageProcessor: { ...VIT, ...CLIP, size: square(384), resample: 3, do_convert_rgb: true },
    MobileNetV1ImageProcessor: { ...VIT, ...CROPPED, size: { shortest_edge: 256 }, default_to_square: false },
    PvtImageProcessor: { ...VIT, ...IMAGENET, resample: 3 },
    SiglipImageProcessor: { ...VIT, resample: 3, default_to_square: false, do_convert_rgb: true },
  }),
);

/**
 * What a preprocessor_config.json need not say, by the class that it names: `image_processor_type`, or
 * `feature_extractor_type` in files of before 2022, with or without `Fast`; `ViTImageProcessor` where it names none.
 */
export function processorDefaults(config: JsonObject): JsonObject {
  const { image_processor_type: type, feature_extractor_type: extractor } = config;
  const [field, given] =
    (type ?? null) === null ? ['feature_extractor_type', extractor] : ['image_processor_type', type];
  const name = given ?? 'ViTImageProcessor';
  const known = String(name).replace('FeatureExtractor', 'ImageProcessor').replace(/Fast$/, '');
  return PROCESSORS.get(known) ?? PROCESSORS.get(oneOf(field, name, [...PROCESSORS.keys()])) ?? VIT;
}
