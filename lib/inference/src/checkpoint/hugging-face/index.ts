import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { oneOf } from '../../check';
import type { JsonObject } from '../../json';
import { checkTypes, lazyEntries, withoutPrefix, type Entries } from '../entries';
import { CONFIG, fetchFolder, PREPROCESSOR, type HubOptions } from '../hub';
import { readJson } from '../json';
import { preprocessing } from '../preprocess';
import { openWeights, type WeightFiles } from '../weight-files';
import { classOf, type Architecture, type Blueprint } from './architecture';
import { checkSizes, ignoredEntries } from './entries';
import { onlyUsual } from './fields';
import { convnext, mobileNetV2, resnet, swin } from './pictures';
import type { PretrainedNetwork } from './pretrained';
import { bert, distilbert } from './text';
import { deit, vit } from './vit';

/** Every architecture that can be read: a new one is a value beside these and a word here. */
const ARCHITECTURES: readonly Architecture[] = [vit, deit, resnet, convnext, swin, mobileNetV2, bert, distilbert];

interface Plan {
  architecture: Architecture;
  blueprint: Blueprint;
}

function planOf(config: JsonObject): Plan {
  const types = ARCHITECTURES.map(({ type }) => type);
  const type = oneOf('model_type', config.model_type, types, { hint: 'these are what this library can build' });
  onlyUsual(config, { quantization_config: [] });
  const architecture = ARCHITECTURES[types.indexOf(type)];
  return { architecture, blueprint: architecture.read(config, classOf(architecture, config)) };
}

function renamed(entries: Entries, rename: Architecture['rename']): Entries {
  return rename ? new Map([...entries].map(([name, entry]) => [rename(name), entry])) : entries;
}

function withWeights({ architecture, blueprint }: Plan, files: WeightFiles, notice: (line: string) => void) {
  const search = { wanted: new Set(architecture.usual), notice };
  const entries = withoutPrefix(renamed(files.entries, architecture.rename), files.path, search);
  checkSizes(blueprint, entries);
  const net = blueprint.build();
  try {
    net.ignored = ignoredEntries(net, blueprint.className, entries);
    checkTypes(net, entries);
    const ignored = new Set(net.ignored);
    net.loadStateDict(lazyEntries(new Map([...entries].filter(([name]) => !ignored.has(name)))));
    return net;
  } catch (error) {
    net.dispose();
    throw error;
  }
}

const planIn = (folder: string): Promise<Plan> => readJson(folder, CONFIG, planOf);

async function fromFolder(folder: string, notice: (line: string) => void): Promise<PretrainedNetwork> {
  const plan = await planIn(folder);
  const { takesPictures, type, usual } = plan.architecture;
  const prepared =
    takesPictures && existsSync(path.join(folder, PREPROCESSOR))
      ? await readJson(folder, PREPROCESSOR, (config) => preprocessing(config, type))
      : null;
  const files = await openWeights(folder, { wanted: new Set(usual), notice }, plan.blueprint.className);
  try {
    const net = withWeights(plan, files, notice);
    net.preprocessing = prepared;
    return net.eval();
  } catch (error) {
    throw new Error(`${files.path}: ${(error as Error).message}`);
  } finally {
    files.close();
  }
}

/**
 * Loads a network of Hugging Face's transformers in inference mode: classifiers of pictures (ViT, DeiT, ResNet, ConvNeXt,
 * Swin, MobileNetV2) and of texts (BERT, DistilBERT: `net.forward(ids, mask)`). Read are config.json, the weights
 * (model.safetensors or pytorch_model.bin, or the files that the index of one of them names) and, if there is one,
 * preprocessor_config.json. Entries that change no result are left out and named in the network's `ignored`; a setting
 * that would change the results in a way not known here is refused by name.
 *
 * @param source a folder, or the name `owner/name` of a model on the hub; an existing folder comes first
 * @throws when the folder lacks a file, the config describes another architecture, or the weights do not fit it
 */
export async function fromHuggingFace(source: string, options: HubOptions = {}): Promise<PretrainedNetwork> {
  const notice = options.onNotice ?? console.warn;
  if (existsSync(source) && statSync(source).isDirectory()) return fromFolder(source, notice);
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(source)) {
    throw new Error(
      `There is no folder '${source}', and it is no name on the hub either: those look like 'owner/name'.`,
    );
  }
  const classIn = async (folder: string): Promise<string> => (await planIn(folder)).blueprint.className;
  return fromFolder(await fetchFolder(source, options, classIn), notice);
}
