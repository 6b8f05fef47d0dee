import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import type { tf } from '../backend';
import { ViTForImageClassification } from '../models';
import { checkTypes, lazyEntries, withoutPrefix } from './entries';
import { CONFIG, fetchFolder, PREPROCESSOR, type HubOptions } from './hub';
import { readJson } from './json';
import { preprocess, preprocessing, type Preprocessing } from './preprocess';
import { vitSettings } from './vit-config';
import { checkSizes, ignoredEntries } from './vit-entries';
import { openWeights, type WeightFiles } from './weight-files';

/** A loaded ViT that also knows how its pictures are prepared. */
export class PretrainedViT extends ViTForImageClassification {
  /** Read from preprocessor_config.json; null where the folder has none. */
  preprocessing: Preprocessing | null = null;
  /**
   * Names of the entries that the weights hold beside the network's own and that change no result: poolers, mask
   * tokens, positions. Hugging Face's transformers ignores them too.
   */
  ignored: readonly string[] = [];

  /**
   * Resizes, crops, rescales and normalises pictures [batch, height, width, channels] of values 0 to 255 as the
   * folder's preprocessor_config.json says; the caller frees the result.
   */
  preprocess(pictures: tf.Tensor): tf.Tensor4D {
    if (!this.preprocessing)
      throw new Error(`The checkpoint came without ${PREPROCESSOR}: prepare its pictures yourself.`);
    return preprocess(pictures, this.preprocessing);
  }
}

type Settings = ReturnType<typeof vitSettings>;

/** Names that the entries of any such network have, to tell a prefix from a name. */
const USUAL = new Set(['vit.embeddings.cls_token', 'classifier.weight']);

function withWeights(settings: Settings, files: WeightFiles, notice: (line: string) => void): PretrainedViT {
  const entries = withoutPrefix(files.entries, files.path, { wanted: USUAL, notice });
  checkSizes(settings, entries);
  const net = new PretrainedViT(settings);
  try {
    net.ignored = ignoredEntries(net, entries);
    checkTypes(net, entries);
    const ignored = new Set(net.ignored);
    net.loadStateDict(lazyEntries(new Map([...entries].filter(([name]) => !ignored.has(name)))));
    return net;
  } catch (error) {
    net.dispose();
    throw error;
  }
}

async function fromFolder(folder: string, notice: (line: string) => void): Promise<PretrainedViT> {
  const settings = await readJson(folder, CONFIG, vitSettings);
  const prepared = existsSync(path.join(folder, PREPROCESSOR))
    ? await readJson(folder, PREPROCESSOR, preprocessing)
    : null;
  const files = await openWeights(folder, { wanted: USUAL, notice });
  try {
    const net = withWeights(settings, files, notice);
    net.preprocessing = prepared;
    return net.eval();
  } catch (error) {
    throw new Error(`${files.path}: ${(error as Error).message}`);
  } finally {
    files.close();
  }
}

/**
 * Loads a `ViTForImageClassification` (config.json, model.safetensors or pytorch_model.bin, or the files that the
 * index of one of them names, and, if there is one, preprocessor_config.json) in inference mode. Entries that change no result are left out
 * and named in the network's `ignored`.
 *
 * @param source a folder, or the name `owner/name` of a model on the hub; an existing folder comes first
 * @throws when the folder lacks a file, the config describes another architecture, or the weights do not fit it
 */
export async function fromHuggingFace(source: string, options: HubOptions = {}): Promise<PretrainedViT> {
  const notice = options.onNotice ?? console.warn;
  if (existsSync(source) && statSync(source).isDirectory()) return fromFolder(source, notice);
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(source)) {
    throw new Error(
      `There is no folder '${source}', and it is no name on the hub either: those look like 'owner/name'.`,
    );
  }
  return fromFolder(await fetchFolder(source, options), notice);
}
