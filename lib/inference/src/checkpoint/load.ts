import type { LoadReport, Module } from '../nn';
import { checkTypes, entriesOf, lazyEntries, renamed, withoutPrefix } from './entries';
import { naming, openWeightFile } from './open';
import { PyTorchFile, stateDictOf } from './pytorch';
import { withAliases } from './shared';
import type { WeightFile } from './weight-file';

/** Options of {@link load}. */
export interface LoadOptions {
  /** Default true: an entry missing, unknown or of another shape is an error that lists every one. */
  strict?: boolean;
  /** In a file of PyTorch, the dict that holds the weights, such as 'ema'. Default: the first that fits the network. */
  key?: string;
  /**
   * The name that the network has for an entry of the file, or null to leave the entry out. Default: its own, or the
   * one that torchvision gave it since.
   *
   * @param shape in PyTorch's layout
   */
  rename?: (name: string, shape: readonly number[]) => string | null;
  /** Where the one line goes that says which dict was taken, or which prefix was taken off the names; default `console.warn`. */
  onNotice?: (line: string) => void;
}

/**
 * Loads a file with PyTorch's names and layouts into a network: `.safetensors`, or `.pt` and `.pth` as `torch.save`
 * writes them, in the zip form and in that before PyTorch 1.6. Float types become float32. Everything is checked before
 * the first weight changes: on an error the network is as it was. Where all names begin with what a wrapper put there
 * (`module.`, `model.`, `_orig_mod.`), that is taken off, and one line says so.
 *
 * In a file of PyTorch the state dict may lie under a key, such as `state_dict`, `model` or `ema`, beside the optimizer
 * and the epoch: the first that has names of the network is taken, and one line says so. Nothing in such a file is run:
 * a whole model, or anything else that is not needed for tensors, is refused with the name that it has.
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
  { onNotice = console.warn, key, rename = (name) => name, ...options }: LoadOptions = {},
): Promise<LoadReport> {
  const file = await openWeightFile(path);
  try {
    const search = { wanted: new Set(net.namedSlots().map(([name]) => name)), notice: onNotice, key };
    const entries = renamed(withoutPrefix(entriesOf(file, search), path, search), search, rename);
    checkTypes(net, entries);
    return net.loadStateDict(withAliases(net, lazyEntries(entries), file.metadata), options);
  } catch (error) {
    throw naming(path, withVersion(error as Error, net, file, key));
  } finally {
    file.close();
  }
}

/**
 * The error, with why entries do not fit, where the file says that they are of another version of the network: MnasNet's
 * first one had a wider stem, and torchvision's files name the version beside the entries.
 */
function withVersion(error: Error, net: Module, file: WeightFile, key: string | undefined): Error {
  const { stateVersion } = net as Module & { stateVersion?: unknown };
  if (typeof stateVersion !== 'number' || !(file instanceof PyTorchFile)) return error;
  const wanted = new Set(net.namedSlots().map(([name]) => name));
  const { versions } = stateDictOf(file, wanted, { key, notice: () => undefined });
  const version = versions.get('') ?? stateVersion;
  if (version === stateVersion) return error;
  return new Error(
    `${error.message}\nThe entries are of version ${version} of ${net.constructor.name}, the network is of version ` +
      `${stateVersion}: build it with { version: ${version} }.`,
  );
}
