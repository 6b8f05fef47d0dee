import { finite, got, integer, oneOf, type Limits } from '../../check';
import { processorDefaults } from './processors';
import { FILTERS, type Filter } from './filters';
import { EDGE, edges, type FlexibleSize } from './size';
import { type JsonObject } from '../../json';

/** What is done to a picture before the network sees it, in the order of the fields but for `pad`, which comes last. */
export interface Preprocessing {
  /** Size to resize to: [height, width], a rule that keeps the ratio of the edges, or null where none is. */
  size: readonly [number, number] | FlexibleSize | null;
  filter: Filter;
  /** Factor for the values, 1/255 for pixels from 0 to 255; 1 leaves them. */
  rescale: number;
  /** Per channel, or one number for all; null where none is done. */
  normalize: { mean: readonly number[]; std: readonly number[] } | null;
  /** [height, width] cut out of the middle after resizing, zeros where the picture is smaller. Default: none. */
  crop?: readonly [number, number];
  /** [height, width] to fill up to with zeros at the bottom and to the right, after everything else. Default: none. */
  pad?: readonly [number, number];
  /** Whether pictures of one channel are repeated to three. Default false. */
  rgb?: true;
}

/** Values beyond are no picture's statistics; they would leave float32's range within a few layers. */
const LARGEST = 1e6;
const POSITIVE = { min: 1 / LARGEST, max: LARGEST };

function flag(config: JsonObject, name: string): boolean {
  return oneOf(name, config[name] ?? false, [true, false]);
}

/** A list of numbers, one per channel, or one number for all channels. */
function channels(config: JsonObject, name: string, limits: Limits): readonly number[] {
  const value = config[name];
  const list: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
  return list.map((n) => finite(name, n, { ...limits, hint: 'give one number per channel' }));
}

function statistics(config: JsonObject): Preprocessing['normalize'] {
  const mean = channels(config, 'image_mean', { min: -LARGEST, max: LARGEST });
  const std = channels(config, 'image_std', POSITIVE);
  if (mean.length !== std.length && mean.length > 1 && std.length > 1)
    throw new Error(`image_mean has ${mean.length} numbers, but image_std has ${std.length}: give one per channel.`);
  return { mean, std };
}

/** Pillow's numbers of its filters, as Hugging Face's image processors use them. */
function filterOf(value: unknown): Filter {
  const names = Object.keys(FILTERS) as Filter[];
  const numbers = names.map((name) => FILTERS[name].pillow);
  const hint = names.map((name) => `${FILTERS[name].pillow} is ${name}`).join(', ');
  return names[numbers.indexOf(oneOf('resample', value, numbers, { hint }))];
}

/** ConvNeXt's processor keeps the middle of pictures for edges below this, and squeezes whole pictures from it on. */
const SQUEEZED_FROM = 384;

/** How a size with a `crop_pct` is read: the shorter edge is resized to more than is wanted, and the middle cut out. */
function middle(config: JsonObject): Pick<Preprocessing, 'size' | 'crop'> {
  const size = edges(config.size, 'size', { square: false });
  if (!('shortestEdge' in size))
    throw new Error(`'size' must be a number or { shortest_edge } where crop_pct counts, got ${got(config.size)}.`);
  const edge = size.shortestEdge;
  if (edge >= SQUEEZED_FROM) return { size: [edge, edge] };
  const longer = Math.trunc(edge / finite('crop_pct', config.crop_pct, POSITIVE));
  return { size: { shortestEdge: integer('size / crop_pct', longer, EDGE) }, crop: [edge, edge] };
}

function sizes(config: JsonObject): Pick<Preprocessing, 'size' | 'crop'> {
  const crop = flag(config, 'do_center_crop') ? { crop: fixed(config.crop_size, 'crop_size') } : {};
  if (!flag(config, 'do_resize')) return { size: null, ...crop };
  if (config.crop_pct === undefined)
    return { size: edges(config.size, 'size', { square: flag(config, 'default_to_square') }), ...crop };
  const rule = middle(config);
  if (rule.crop && crop.crop && String(rule.crop) !== String(crop.crop))
    throw new Error(
      `do_center_crop must be false, or crop_size ${got(rule.crop)}: crop_pct says already what is cut out, got ` +
        `crop_size ${got(config.crop_size)}.`,
    );
  return { ...crop, ...rule };
}

/**
 * Reads a preprocessor_config.json. What it leaves out has the defaults of the image processor of Hugging Face's
 * transformers that it names, else those of the one that transformers takes for the kind of network; a step whose `do_`
 * is null is left out, as there. Fields of steps that are left out are not looked at.
 *
 * @param modelType `model_type` of config.json, such as 'convnext'; default 'vit'
 * @throws with the field where a value is none that pictures could be prepared with
 */
export function preprocessing(config: JsonObject, modelType?: string): Preprocessing {
  const defaults = processorDefaults(config, modelType);
  const all: JsonObject = {
    ...defaults,
    ...config,
    crop_pct: defaults.crop_pct && (config.crop_pct ?? defaults.crop_pct),
  };
  const resize = flag(all, 'do_resize');
  const { size, crop } = sizes(all);
  return {
    size,
    filter: resize ? filterOf(all.resample) : 'bilinear',
    rescale: flag(all, 'do_rescale') ? finite('rescale_factor', all.rescale_factor, POSITIVE) : 1,
    normalize: flag(all, 'do_normalize') ? statistics(all) : null,
    ...(crop ? { crop } : {}),
    ...(flag(all, 'do_pad') && (all.pad_size ?? null) !== null ? { pad: fixed(all.pad_size, 'pad_size') } : {}),
    ...(flag(all, 'do_convert_rgb') ? { rgb: true } : {}),
  };
}

function fixed(value: unknown, name: string): readonly [number, number] {
  const size = edges(value, name, { square: true });
  if (!('shortestEdge' in size) && !('maxHeight' in size)) return size;
  throw new Error(`${name} must be a number or { height, width }, got ${got(value)}.`);
}
