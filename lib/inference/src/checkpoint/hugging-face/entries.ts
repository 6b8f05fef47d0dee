import { torchShape, type Module } from '../../nn';
import { sameShape, shapeText, sizeOf } from '../../shape';
import type { Entries } from '../entries';
import type { Blueprint } from './architecture';

/** Raised with all that is wrong, so that one look shows which of the two files is the wrong one. */
function refuse(className: string, problems: Readonly<Record<string, readonly string[]>>): void {
  const parts = Object.entries(problems).filter(([, names]) => names.length > 0);
  if (parts.length === 0) return;
  throw new Error(
    'The weights do not fit config.json.' +
      parts.map(([title, names]) => `\n  ${title} (${names.length}): ${names.join('; ')}`).join('') +
      `\nBoth must come from the same ${className}: download or save them again.`,
  );
}

const mismatch = (name: string, expected: readonly number[], shape: readonly number[]): string[] =>
  sameShape(expected, shape) ? [] : [`${name}: expected shape ${shapeText(expected)}, got ${shapeText(shape)}`];

/**
 * Compares the sizes that a config claims with the header of the weights, before a network of these sizes is made: a
 * config may ask for more than any memory, beside a file of a few kilobytes.
 */
export function checkSizes({ className, expected }: Blueprint, entries: Entries): void {
  const known = expected.flatMap(([name, shape]) => {
    const entry = entries.get(name);
    return entry ? [{ name, shape, got: entry.info.shape }] : [];
  });
  refuse(className, {
    missing: expected.map(([name]) => name).filter((name) => !entries.has(name)),
    'of another shape': known.flatMap(({ name, shape, got }) => mismatch(name, shape, got)),
  });
}

/** Tells which names belong to parts that compute: to a layer of the network, or to one more of those that it counts. */
function computingNames(net: Module): (name: string) => boolean {
  const modules = net.namedModules();
  const layers = new Set(modules.flatMap(([path, module]) => (module.namedChildren().length === 0 ? [path] : [])));
  const lists = new Set(modules.flatMap(([path]) => (/\.\d+$/.test(path) ? [path.replace(/\.\d+$/, '')] : [])));
  return (name) => {
    if (layers.has(name.slice(0, Math.max(0, name.lastIndexOf('.'))))) return true;
    const steps = name.split('.');
    return steps.some((step, i) => /^\d+$/.test(step) && lists.has(steps.slice(0, i).join('.')));
  };
}

/**
 * Divides the entries into those that the network has and those that Hugging Face's transformers ignores as well:
 * poolers, mask tokens, positions, other heads, anything empty. What belongs to a layer that computes, such as a bias
 * that the config denies or a layer beyond those that it counts, would change the results, so it is refused.
 *
 * @returns names of the ignored entries, in the file's order
 * @throws with everything that is missing, of another shape, or refused
 */
export function ignoredEntries(net: Module, className: string, entries: Entries): string[] {
  const slots = new Map(net.namedSlots());
  const others = [...entries.keys()].filter((name) => !slots.has(name));
  const matters = computingNames(net);
  refuse(className, {
    missing: [...slots.keys()].filter((name) => !entries.has(name)),
    unexpected: others.filter((name) => sizeOf(entries.get(name)?.info.shape ?? []) > 0 && matters(name)),
    'of another shape': [...slots].flatMap(([name, slot]) => {
      const entry = entries.get(name);
      return entry ? mismatch(name, torchShape(slot.tensor.shape, slot.layout), entry.info.shape) : [];
    }),
  });
  return others;
}
