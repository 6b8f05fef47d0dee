import { createHash } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import { nativeBackend, onnxruntime, threadCount, type EngineName } from '../../backend';
import { readJsonFile, writeFileAtomic } from '../../files';
import { isObject } from '../../json';
import type { Graph } from '../trace';

/** Which engine was the faster one, and what was measured. */
export interface Choice {
  engine: EngineName;
  /** Rows of the inputs that were timed. */
  batch: number;
  /** Shortest pass of each engine, in milliseconds. */
  ms: Readonly<Record<string, number>>;
}

/** Older ones are forgotten. */
const MOST_CHOICES = 1000;

const choices = new Map<string, Choice>();
let loaded: Promise<void> | undefined;

/** `SCALABLE_INFERENCE_ENGINES` names another file, or is empty: then choices are kept for this process alone. */
function storage(): string | null {
  const named = process.env.SCALABLE_INFERENCE_ENGINES;
  if (named !== undefined) return named || null;
  return path.join(os.homedir(), '.cache', 'scalable-inference', 'engines.json');
}

/**
 * What a measurement holds for: the operations with their shapes, without the weights' values; the batch size; the
 * machine's processor and threads; and both engines' versions.
 */
export function signatureOf(graph: Graph): string {
  const positions = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([
      os.cpus()[0]?.model ?? process.arch,
      threadCount(),
      process.env.TF_ENABLE_ONEDNN_OPTS ?? '',
      nativeBackend().binding.TF_Version,
      onnxruntime().version,
    ]),
  );
  for (const { op, attrs, inputs, shape, dtype } of graph.nodes)
    hash.update(JSON.stringify([op, attrs, inputs.map(({ id }) => positions.get(id)), shape, dtype]));
  return hash.digest('hex');
}

/** What was measured before, in this process or another one of this user. */
export async function recall(signature: string): Promise<Choice | undefined> {
  await (loaded ??= read());
  return choices.get(signature);
}

/** More programs than this many times the cores want to run: what is measured now need not hold later. */
const BUSY = 1.5;

const isBusy = (): boolean => os.loadavg()[0] > BUSY * os.availableParallelism();

/** Keeps a choice; on a busy machine, or where the file cannot be written, for this process alone. */
export async function remember(signature: string, choice: Choice): Promise<void> {
  const file = isBusy() ? null : storage();
  if (file) await read(); // what other processes measured meanwhile
  choices.delete(signature);
  choices.set(signature, choice);
  for (const oldest of choices.keys()) {
    if (choices.size <= MOST_CHOICES) break;
    choices.delete(oldest);
  }
  if (!file) return;
  try {
    await writeFileAtomic(file, JSON.stringify(Object.fromEntries(choices)));
  } catch {
    // A home that is read-only or full costs a measurement of half a second in the next process, nothing else.
  }
}

/** A file that is not there, or that somebody else wrote, is no error: everything in it can be measured again. */
async function read(): Promise<void> {
  const file = storage();
  if (!file) return;
  const stored = await readJsonFile(file, (value) => (isObject(value) ? value : {})).catch(() => ({}));
  for (const [signature, choice] of Object.entries(stored))
    if (isChoice(choice) && !choices.has(signature)) choices.set(signature, choice);
}

function isChoice(value: unknown): value is Choice {
  if (!isObject(value)) return false;
  const { engine, batch, ms } = value;
  const named = engine === 'tensorflow' || engine === 'onnxruntime';
  return named && Number.isSafeInteger(batch) && isObject(ms) && Object.values(ms).every(Number.isFinite);
}
