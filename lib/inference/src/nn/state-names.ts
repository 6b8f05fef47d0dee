/** What wrappers put before the names of a state dict: DataParallel, Lightning and other trainers, torch.compile. */
const PREFIXES = ['module.', 'model.', '_orig_mod.'];

/**
 * The prefix, of one or several wrappers, without which entries have a network's names; '' where they have them as
 * they are, or not even then.
 *
 * @param names of the entries
 * @param wanted names that the network has
 */
export function entryPrefix(names: readonly string[], wanted: ReadonlySet<string>): string {
  if (names.some((name) => wanted.has(name))) return '';
  let prefix = '';
  for (;;) {
    const next = PREFIXES.find((one) => names.some((name) => name.startsWith(prefix + one)));
    if (next === undefined) return '';
    prefix += next;
    if (names.some((name) => name.startsWith(prefix) && wanted.has(name.slice(prefix.length)))) return prefix;
  }
}

/**
 * Weights that were pruned when a state dict was made, by their names in a network that is not: `conv1.weight` for
 * entries `conv1.weight_orig` and `conv1.weight_mask`.
 */
export function prunedNames(unexpected: readonly string[], missing: readonly string[]): string[] {
  return missing.filter((name) => ['_orig', '_mask'].every((end) => unexpected.includes(name + end)));
}
