import { oneOf } from '../../check';
import type { JsonObject } from '../../json';
import type { PretrainedNetwork } from './pretrained';

/** Shapes of entries in PyTorch's order, by name. */
export type ExpectedShapes = ReadonlyArray<readonly [name: string, shape: readonly number[]]>;

/** What a config.json asks for, read and checked, before anything is built. */
export interface Blueprint {
  /** Class of transformers, for messages. */
  className: string;
  /** Entries that together have all sizes of the config, to be compared with the weights before the network is made. */
  expected: ExpectedShapes;
  build(): PretrainedNetwork;
}

/** One kind of network of Hugging Face's transformers that this library has. */
export interface Architecture {
  /** `model_type` in config.json. */
  type: string;
  /** Classes of `architectures` in config.json whose weights it reads. */
  classes: readonly string[];
  /** Whether it takes pictures, so that preprocessor_config.json is read. */
  takesPictures: boolean;
  /** Names that the entries of any such network have, to tell a prefix from a name. */
  usual: readonly string[];
  /** What entries of older files are called today. Default: the same. */
  rename?(name: string): string;
  /** @param className that of `classes` which the config names, else the first */
  read(config: JsonObject, className: string): Blueprint;
}

/** An architecture from how its settings are read, what they ask for and what is built from them. */
export function architecture<Settings>({
  settings,
  expected,
  build,
  ...rest
}: Omit<Architecture, 'read'> & {
  settings(config: JsonObject, className: string): Settings;
  expected(settings: Settings): ExpectedShapes;
  build(settings: Settings): PretrainedNetwork;
}): Architecture {
  return {
    ...rest,
    read(config, className) {
      const read = settings(config, className);
      return { className, expected: expected(read), build: () => build(read) };
    },
  };
}

/** The class that a config.json is for. @throws for one that computes something else */
export function classOf({ type, classes }: Architecture, { architectures }: JsonObject): string {
  const named = Array.isArray(architectures) ? (architectures as unknown[]) : [];
  const found = classes.find((name) => named.includes(name));
  if (found !== undefined || named.length === 0) return found ?? classes[0];
  return oneOf('architectures', named[0], classes, { hint: `no other class of '${type}' can be read` });
}
