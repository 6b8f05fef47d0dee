import type { Module } from '../nn';
import { torchShape } from '../nn';
import { load } from '../checkpoint';
import {
  create,
  describe,
  weights as published,
  type Choices,
  type ModelName,
  type ModelOptions,
  type ModelTypes,
  type ModelWeights,
} from '../models';
import { sameShape } from '../shape';
import { fetchWeights, type FetchOptions } from './fetch';

/** Options of {@link pretrained}. */
export interface PretrainedOptions extends ModelOptions, FetchOptions {
  /**
   * Name of the set of weights; or all that is known of one, for a file of your own: `{ ...models.weights('resnet50',
   * 'DEFAULT'), url }`, whose name ends in the first digits of its SHA-256 if it is to be checked. Default 'DEFAULT', the
   * set that torchvision recommends.
   */
  weights?: string | ModelWeights;
}

/** The weights that networks were loaded with. */
const known = new WeakMap<object, ModelWeights>();

/** The published weights that `models.pretrained` loaded into a network; undefined for others. */
export function weightsOf(net: object): ModelWeights | undefined {
  return known.get(net);
}

/**
 * Builds a network with its published weights, in inference mode. The file is downloaded once, checked against the part
 * of its SHA-256 that its name carries, and kept; no code in it is run.
 *
 * What torchvision does on loading happens too: old names of entries are known, GoogLeNet and Inception transform their
 * input, GoogLeNet comes without its auxiliary classifiers, networks with learned positions get the size of their
 * weights. Where `numClasses` is another than that of the weights, the last layer starts fresh, and one line says so.
 *
 * Environment: SCALABLE_INFERENCE_WEIGHTS_URL replaces the address of the folder that the files are in (several:
 * separated by commas), SCALABLE_INFERENCE_WEIGHTS the folder that downloads are kept in.
 *
 * @example
 * ```ts no-run
 * const net = await models.pretrained('resnet50', { weights: 'IMAGENET1K_V2' });
 * const student = await models.pretrained('resnet18', { numClasses: 10 }); // the last layer starts fresh
 * ```
 * @throws for an unknown network or set, when the file cannot be downloaded (in one sentence), or does not fit
 */
export async function pretrained<N extends ModelName>(name: N, options?: PretrainedOptions): Promise<ModelTypes[N]>;
export async function pretrained(name: string, options?: PretrainedOptions): Promise<Module>;
export async function pretrained(name: string, options: PretrainedOptions = {}): Promise<Module> {
  const {
    weights: which = 'DEFAULT',
    folder,
    onProgress,
    onNotice = console.warn,
    stallTimeoutMs,
    signal,
    ...own
  } = options;
  const chosen = typeof which === 'string' ? published(name, which) : which;
  const net = create(name, { ...choicesFor(chosen), ...withoutUndefined(own) });
  try {
    const file = await fetchWeights(chosen, { folder, onProgress, onNotice, stallTimeoutMs, signal });
    await loadPublished(net, file, chosen, onNotice);
  } catch (error) {
    net.dispose();
    throw error;
  }
  known.set(net, chosen);
  return net.eval();
}

const withoutUndefined = (options: ModelOptions): ModelOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** What torchvision's builders choose where they load weights. */
function choicesFor({ model, imageSize }: ModelWeights): Partial<Choices> {
  const { choices } = describe(model);
  return {
    ...('transformInput' in choices && { transformInput: true }),
    ...(model === 'googlenet' && { auxLogits: false }),
    ...(imageSize !== null && 'imageSize' in choices && { imageSize }),
  };
}

/** Entries of auxiliary classifiers, which a network may be built without. */
const AUXILIARY = /^(aux1|aux2|AuxLogits)\./;

async function loadPublished(
  net: Module,
  file: string,
  { model, categories }: ModelWeights,
  onNotice: (line: string) => void,
): Promise<void> {
  const shapes = new Map(
    net.namedSlots().map(([name, { tensor, layout }]) => [name, torchShape(tensor.shape, layout)]),
  );
  const fresh = [...shapes.keys()].filter((name) => categories === null && name.startsWith('classifier.'));
  const rename = (name: string, shape: readonly number[]): string | null => {
    const own = shapes.get(name);
    if (!own && AUXILIARY.test(name)) return null;
    if (own && isOtherHead(own, shape, categories)) fresh.push(name);
    return fresh.includes(name) ? null : name;
  };
  const { missing, unexpected, mismatched } = await load(net, file, { strict: false, rename, onNotice });
  const absent = missing.filter((name) => !fresh.includes(name));
  const wrong = [
    ...absent.map((name) => `${name}: missing`),
    ...unexpected.map((name) => `${name}: unexpected`),
    ...mismatched,
  ];
  if (wrong.length > 0)
    throw new Error(
      `${file} does not fit ${model} (${wrong.length} entries): ${wrong.slice(0, 5).join('; ')}. Download it again.`,
    );
  if (fresh.length > 0) onNotice(leftOut(model, fresh, categories));
}

/** Whether an entry is that of a last layer for all classes where the network has one for another number. */
function isOtherHead(own: readonly number[], shape: readonly number[], categories: readonly string[] | null): boolean {
  const [outputs, ...rest] = shape;
  return categories !== null && outputs === categories.length && own[0] !== outputs && sameShape(own.slice(1), rest);
}

function leftOut(model: string, fresh: readonly string[], categories: readonly string[] | null): string {
  const reason = categories ? `its weights tell ${categories.length} classes apart` : 'its weights have no classifier';
  return `${model}: ${fresh.join(', ')} ${fresh.length === 1 ? 'was' : 'were'} not loaded and must be trained, since ${reason}.`;
}
