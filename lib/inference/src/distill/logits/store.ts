import { createHash } from 'node:crypto';
import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { SafetensorsFile, writeSafetensors, type Preprocessing } from '../../checkpoint';
import type { PictureDataset } from '../../datasets';
import { fields, integer, text } from '../../check';
import { bytesOf, readJsonFile, withLock, writeFileAtomic } from '../../files';
import type { Labeller } from './labeller';
import type { LogitsRange } from './range';
import { sameShape } from '../../shape';

/** What a folder of logits was made from; stored as manifest.json. */
interface Manifest {
  format: 1;
  /** SHA-256 of the teacher's state. */
  model: string;
  /** `PictureDataset.fingerprint()` of the set: pictures, labels, order. */
  dataset: string;
  datasetName: string;
  count: number;
  classes: number;
  preprocessing: Preprocessing;
  partSize: number;
  /** Only where XLA computed. */
  xla?: true;
}

const PART = 1000;
const WHAT: Readonly<Partial<Record<keyof Manifest, string>>> = {
  format: 'format',
  model: "teacher's weights",
  dataset: 'pictures or their order',
  count: 'number of pictures',
  classes: 'number of classes',
  preprocessing: 'preprocessing',
  partSize: 'size of a part',
  xla: 'use of XLA',
};

/** The manifest that a teacher and a set lead to. */
export function manifestOf(
  { model, preprocessing, classes, xla = false }: LabelledBy,
  dataset: PictureDataset,
): Manifest {
  return {
    format: 1,
    model,
    dataset: dataset.fingerprint(),
    datasetName: dataset.name,
    count: dataset.count,
    classes,
    preprocessing,
    partSize: PART,
    ...(xla ? { xla } : {}),
  };
}

const short = (value: unknown): string => {
  if (value === undefined) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(text ?? '') ? `${text.slice(0, 12)}…` : text;
};

/** What a folder's manifest says; it may be of another teacher, set or version of this library. */
async function readManifest(file: string): Promise<Partial<Manifest>> {
  try {
    return await readJsonFile(file, (value) => {
      const stored = fields('The manifest', value);
      for (const name of ['format', 'count', 'classes', 'partSize']) integer(name, stored[name], { min: 1 });
      for (const name of ['model', 'dataset', 'datasetName']) text(name, stored[name]);
      fields('preprocessing', stored.preprocessing);
      return stored;
    });
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`${why} It is no manifest of stored logits: delete the folder, or name another one.`);
  }
}

/**
 * Makes `folder` hold the logits that `manifest` describes: a new folder gets the manifest, an old one is compared.
 * @throws naming everything that differs; the folder is left as it was
 */
export async function openFolder(folder: string, manifest: Manifest): Promise<void> {
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) {
    const others = existsSync(folder) ? (await fs.readdir(folder)).filter((name) => !/^lock|\.part$/.test(name)) : [];
    if (others.length > 0)
      throw new Error(
        `${folder} holds other files (${others.slice(0, 3).join(', ')}) and no manifest.json: name an empty or new folder.`,
      );
    return writeFileAtomic(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  const stored = await readManifest(file);
  const keys = Object.keys(WHAT) as Array<keyof Manifest>;
  const differing = keys.filter((key) => JSON.stringify(stored[key]) !== JSON.stringify(manifest[key]));
  if (differing.length === 0) return;
  const list = differing
    .map((key) => `${WHAT[key]} (stored: ${short(stored[key])}, now: ${short(manifest[key])})`)
    .join('; ');
  throw new Error(
    `The logits stored in ${folder} were made from something else: ${list}. Delete the folder, or name another one.`,
  );
}

/** One part of a set, in order. */
export interface Part {
  start: number;
  end: number;
  flip: boolean;
}

/**
 * The ranges of a set that are stored each in a file, so that they can be labelled in any order and anywhere: each
 * picture's mirrored part follows its plain one.
 */
export function logitsParts({ count }: { readonly count: number }, flips: boolean): Part[] {
  const starts = Array.from({ length: Math.ceil(count / PART) }, (_, i) => i * PART);
  return starts.flatMap((start) =>
    (flips ? [false, true] : [false]).map((flip) => ({ start, end: Math.min(start + PART, count), flip })),
  );
}

/** What a folder of logits says about its teacher; a {@link Labeller} has it. */
export type LabelledBy = Pick<Labeller, 'model' | 'preprocessing' | 'classes' | 'xla'>;

/**
 * Stores ranges that were labelled elsewhere, as `teacherLogits` with this folder as its cache would have.
 * @throws where the folder holds logits of something else, naming what differs
 */
export async function storeLogits(
  folder: string,
  by: LabelledBy,
  dataset: PictureDataset,
  ranges: readonly LogitsRange[],
): Promise<void> {
  await withLock(path.join(folder, 'lock'), async () => {
    await openFolder(folder, manifestOf(by, dataset));
    for (const range of ranges) if (!readPart(folder, range, by.classes)) await writePart(folder, range);
  });
}

const fileOf = (folder: string, { start, flip }: Part): string =>
  path.join(folder, `${flip ? 'mirrored' : 'plain'}-${String(start).padStart(7, '0')}.safetensors`);

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Stores one part: whole or not at all. */
export async function writePart(folder: string, range: LogitsRange): Promise<void> {
  const bytes = bytesOf(range.values);
  const shape = [range.end - range.start, range.classes];
  await writeSafetensors(fileOf(folder, range), [{ name: 'logits', dtype: 'F32', shape, bytes: () => bytes }], {
    sha256: digest(bytes),
  });
}

/** A stored part; null where there is none or it is damaged, so that it is computed anew. */
export function readPart(folder: string, part: Part, classes: number): LogitsRange | null {
  const file = fileOf(folder, part);
  if (!existsSync(file)) return null;
  try {
    const stored = new SafetensorsFile(file);
    try {
      const { shape } = stored.info('logits');
      if (!sameShape(shape, [part.end - part.start, classes])) return null;
      const bytes = stored.bytes('logits');
      if (digest(bytes) !== stored.metadata.sha256) return null;
      return { ...part, classes, values: new Float32Array(bytes.buffer) };
    } finally {
      stored.close();
    }
  } catch {
    return null; // cut short or no safetensors file any more
  }
}
