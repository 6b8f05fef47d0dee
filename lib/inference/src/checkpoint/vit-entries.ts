import { patchCount, type HuggingFaceVitSettings, type ViTForImageClassification } from '../models';
import { functional as F, torchShape } from '../nn';
import { sameShape, shapeText, sizeOf } from '../shape';
import type { Entries } from './entries';

/** Raised with all that is wrong, so that one look shows which of the two files is the wrong one. */
function refuse(problems: Readonly<Record<string, readonly string[]>>): void {
  const parts = Object.entries(problems).filter(([, names]) => names.length > 0);
  if (parts.length === 0) return;
  throw new Error(
    'The weights do not fit config.json.' +
      parts.map(([title, names]) => `\n  ${title} (${names.length}): ${names.join('; ')}`).join('') +
      '\nBoth must come from the same ViTForImageClassification: download or save them again.',
  );
}

const mismatch = (name: string, expected: readonly number[], shape: readonly number[]): string[] =>
  sameShape(expected, shape) ? [] : [`${name}: expected shape ${shapeText(expected)}, got ${shapeText(shape)}`];

/**
 * Compares the sizes that a config claims with the header of the weights, before a network of these sizes is made: a
 * config may ask for more than any memory, beside a file of a few kilobytes.
 */
export function checkSizes(settings: HuggingFaceVitSettings, entries: Entries): void {
  const { hiddenSize, channels, intermediateSize, layers, labels, patchSize } = settings;
  const expected: Array<[name: string, shape: number[]]> = [
    ['vit.embeddings.cls_token', [1, 1, hiddenSize]],
    ['vit.embeddings.position_embeddings', [1, patchCount(settings) + 1, hiddenSize]],
    ['vit.embeddings.patch_embeddings.projection.weight', [hiddenSize, channels, ...F.pair(patchSize)]],
    [`vit.encoder.layer.${layers - 1}.intermediate.dense.weight`, [intermediateSize, hiddenSize]],
    ['classifier.weight', [labels.length, hiddenSize]],
  ];
  const known = expected.flatMap(([name, shape]) => {
    const entry = entries.get(name);
    return entry ? [{ name, shape, got: entry.info.shape }] : [];
  });
  refuse({
    missing: expected.map(([name]) => name).filter((name) => !entries.has(name)),
    'of another shape': known.flatMap(({ name, shape, got }) => mismatch(name, shape, got)),
  });
}

/**
 * Divides the entries into those that the network has and those that Hugging Face's transformers ignores as well:
 * poolers, mask tokens, positions, other heads, anything empty. What belongs to a layer that computes, such as a bias
 * that the config denies or a layer beyond those that it counts, would change the results, so it is refused.
 *
 * @returns names of the ignored entries, in the file's order
 * @throws with everything that is missing, of another shape, or refused
 */
export function ignoredEntries(net: ViTForImageClassification, entries: Entries): string[] {
  const slots = new Map(net.namedSlots());
  const computing = new Set(
    net.namedModules().flatMap(([path, module]) => (module.namedChildren().length === 0 ? [path] : [])),
  );
  const others = [...entries.keys()].filter((name) => !slots.has(name));
  const matters = (name: string): boolean => {
    const layer = /^vit\.encoder\.layer\.(\d+)\./.exec(name);
    const surplus = layer !== null && Number(layer[1]) >= net.settings.layers;
    return surplus || computing.has(name.slice(0, Math.max(0, name.lastIndexOf('.'))));
  };
  const unexpected = others.filter((name) => sizeOf(entries.get(name)?.info.shape ?? []) > 0 && matters(name));
  refuse({
    missing: [...slots.keys()].filter((name) => !entries.has(name)),
    unexpected,
    'of another shape': [...slots].flatMap(([name, slot]) => {
      const entry = entries.get(name);
      return entry ? mismatch(name, torchShape(slot.tensor.shape, slot.layout), entry.info.shape) : [];
    }),
  });
  return others;
}
