import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { output, which } from './find.mjs';
import { compareVersions } from './versions.mjs';

/**
 * An NVIDIA card as its driver tells of it.
 *
 * @typedef {{ name: string, driver?: string, capability?: string }} Card `driver` is the driver's version, `capability` the
 *   compute capability, as `8.9`; either is undefined where the driver does not say it
 */

/**
 * The NVIDIA cards whose driver answers, or why there are none, where more is to be said. `nvidia-smi` decides where it
 * exists; elsewhere the driver's own folder does, together with the device node that a container needs.
 *
 * @param {Record<string, string | undefined>} env SCALABLE_INFERENCE_GPU=0 says that no card shall be used
 * @returns {Promise<{ cards: Card[], absence?: string }>}
 */
export async function findCards(env = process.env) {
  if (env.SCALABLE_INFERENCE_GPU === '0') return { cards: [], absence: 'SCALABLE_INFERENCE_GPU=0 keeps cards out' };
  const program = which('nvidia-smi', env);
  if (!program) return { cards: cardsOfDriver() };
  // Drivers before 510 do not know compute_cap, and refuse the whole question.
  const asked = await ask(program, ['name', 'driver_version', 'compute_cap'], env);
  const cards = asked.length > 0 ? asked : await ask(program, ['name', 'driver_version'], env);
  return cards.length > 0 ? { cards } : { cards, absence: 'nvidia-smi is there, but no NVIDIA driver answers it' };
}

/** @returns {Promise<Card[]>} */
async function ask(program, fields, env) {
  const text = (await output(program, [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader'], env)) ?? '';
  return text.split('\n').flatMap((line) => {
    const [, name, driver, capability] = /^(.+?), (\d[\d.]*)(?:, (\d+\.\d+))?$/.exec(line.trim()) ?? [];
    return name ? [{ name, driver, capability }] : [];
  });
}

const FOLDER = '/proc/driver/nvidia';

function cardsOfDriver() {
  if (!existsSync('/dev/nvidiactl') || !existsSync(`${FOLDER}/gpus`)) return [];
  const driver = /Kernel Module\s+(?:for \S+\s+)?(\d[\d.]*)/.exec(readFileSync(`${FOLDER}/version`, 'utf8'))?.[1];
  return readdirSync(`${FOLDER}/gpus`).map((name) => ({ name: `NVIDIA card ${name}`, driver }));
}

/**
 * Why TensorFlow cannot compute on a card, as a clause; undefined where nothing is known against it.
 *
 * @param {Card} card
 * @param {import('./systems.mjs').CardNeeds} needs
 */
export function obstacleOfCard({ driver, capability }, needs) {
  const below = (version, least) => version !== undefined && compareVersions(version, least) < 0;
  if (below(capability, needs.capability))
    return `its compute capability is ${capability}, TensorFlow's kernels begin at ${needs.capability}`;
  if (below(driver, needs.driver)) return `its driver is ${driver}, CUDA 12 needs ${needs.driver} or newer`;
  const compiled = capability !== undefined && !below(capability, needs.compiled.capability);
  if (compiled && below(driver, needs.compiled.driver))
    return (
      `its driver is ${driver}, which cannot compile TensorFlow's kernels for compute capability ${capability}: ` +
      `${needs.compiled.driver} or newer can`
    );
  return undefined;
}

/**
 * The driver to install for a card that has an obstacle; undefined where none would help.
 *
 * @param {Card} card
 * @param {import('./systems.mjs').CardNeeds} needs
 */
export function driverFor({ capability }, needs) {
  if (capability === undefined) return needs.driver;
  if (compareVersions(capability, needs.capability) < 0) return undefined;
  return compareVersions(capability, needs.compiled.capability) < 0 ? needs.driver : needs.compiled.driver;
}

/**
 * What pip is asked for besides the wheel's own requirements: cards that the newest cuDNN left behind need an older one.
 *
 * @param {Card[]} cards those that are used
 */
export const requirementsOfCards = (cards, { cudnn }) =>
  cards.some(({ capability }) => capability !== undefined && compareVersions(capability, cudnn.capability) < 0)
    ? [cudnn.requirement]
    : [];

/** A card in a few words. */
export function cardText({ name, driver, capability }) {
  const known = [driver && `driver ${driver}`, capability && `compute capability ${capability}`].filter(Boolean);
  return known.length > 0 ? `${name} (${known.join(', ')})` : name;
}
