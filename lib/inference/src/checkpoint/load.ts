import type { LoadReport, Module } from '../nn';
import { checkTypes, entriesOf, lazyEntries, withoutPrefix } from './entries';
import { SafetensorsFile } from './reader';
import { withAliases } from './shared';

/** Options of {@link load}. */
export interface LoadOptions {
  /** Default true: an entry missing, unknown or of another shape is an error that lists every one. */
  strict?: boolean;
  /** Where the one line goes that says which prefix was taken off the names; default `console.warn`. */
  onNotice?: (line: string) => void;
}

/**
 * Loads a safetensors file with PyTorch's names and layouts into a network. Float types become float32. Everything is
 * checked before the first weight changes: on an error the network is as it was. Where all names begin with what a
 * wrapper put there (`module.`, `model.`, `_orig_mod.`), that is taken off, and one line says so.
 *
 * @throws with the path when the file is not sound, entries do not fit the network (all are listed), or values are not finite
 * @example
 * ```ts
 * await checkpoint.save(models.create('lenet', { seed: 0 }), 'lenet.safetensors');
 * const net = models.create('lenet');
 * const { missing, unexpected } = await checkpoint.load(net, 'lenet.safetensors');
 * [...missing, ...unexpected]; // => []
 * ```
 */
export async function load(
  net: Module,
  path: string,
  { onNotice = console.warn, ...options }: LoadOptions = {},
): Promise<LoadReport> {
  const file = new SafetensorsFile(path);
  try {
    const wanted = new Set(net.namedSlots().map(([name]) => name));
    const entries = withoutPrefix(entriesOf(file), wanted, path, onNotice);
    checkTypes(net, entries);
    return net.loadStateDict(withAliases(net, lazyEntries(entries), file.metadata), options);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  } finally {
    file.close();
  }
}
