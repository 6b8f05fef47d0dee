import { FAMILIES } from './families';
import type { Family, ModelEntry } from './family';

const entries = new Map<string, ModelEntry>();
for (const known of FAMILIES) register(known);

/**
 * Adds a family made by {@link family}: from then on `models.create`, `models.list` and `models.table` know its networks.
 * @returns takes it away again
 * @throws when one of its names is taken; then none is added
 */
export function register({ models }: Family): () => void {
  const taken = models.find(({ name }) => entries.has(name));
  if (taken) throw new Error(`A model named '${taken.name}' is registered already; nothing was added.`);
  for (const model of models) entries.set(model.name, model);
  return () => models.forEach(({ name }) => entries.delete(name));
}

/** Names of all registered models, sorted. */
export function list(): string[] {
  return [...entries.keys()].sort();
}

/** The model of that name, or undefined. */
export function find(name: string): ModelEntry | undefined {
  return entries.get(name);
}

/** What is known of a model without building it; throws for an unknown name, with the nearest known ones. */
export function describe(name: string): ModelEntry {
  const entry = find(name);
  if (!entry)
    throw new Error(
      `There is no model named '${name}'. Nearest: ${nearest(name).join(', ')}. models.list() names all ${entries.size}.`,
    );
  return entry;
}

function nearest(name: string): string[] {
  const scored = list().map((known) => ({ known, distance: editDistance(name.toLowerCase(), known) }));
  return scored
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ known }) => known);
}

/** Levenshtein 1966, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
