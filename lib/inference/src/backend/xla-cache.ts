import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** What XLA's compiled programs may take on disk unless `SCALABLE_INFERENCE_XLA_BYTES` says otherwise: a dozen large ones. */
const DEFAULT_BYTES = 4 * 2 ** 30;
/** TensorFlow ends a computation whose program it cannot store: where a few of them have no room, none are stored. */
const LEAST_FREE_BYTES = 2 ** 30;
const DRIVER = '/proc/driver/nvidia';

/** Whether this process's TensorFlow keeps what it compiles. */
let keeping = false;

const hasCard = (): boolean => fs.existsSync(path.join(DRIVER, 'gpus'));

/**
 * Where XLA's programs are kept: `SCALABLE_INFERENCE_XLA`, or nowhere where that is empty; by default a folder of the user's
 * cache where an NVIDIA card is, and nowhere else: compiling for a processor takes little longer than reading.
 */
function xlaCacheFolder(): string | null {
  const named = process.env.SCALABLE_INFERENCE_XLA;
  if (named !== undefined) return named ? path.resolve(named) : null;
  return hasCard() ? path.join(os.homedir(), '.cache', 'scalable-inference', 'xla') : null;
}

/**
 * Tells TensorFlow, before it is loaded, to keep what XLA compiles. TensorFlow itself tells graphs, weights and shapes apart
 * in the names of the files; what it does not look at stands in their prefix.
 *
 * @param addon file of the addon that will be loaded
 */
export function keepXlaPrograms(addon: string): void {
  const folder = xlaCacheFolder();
  const flags = process.env.TF_XLA_FLAGS ?? '';
  keeping = folder !== null && flags.split(/\s+/).includes(directoryFlag(folder)); // of the process that started this one
  if (!folder || /\s/.test(folder) || flags.includes('persistent_cache') || !hasRoom(folder)) return;
  const own = [
    directoryFlag(folder),
    `--tf_xla_persistent_cache_prefix=${machineKey(addon)}`,
    '--tf_xla_persistent_cache_device_types=GPU,CPU',
  ];
  process.env.TF_XLA_FLAGS = [flags, ...own].filter(Boolean).join(' ');
  keeping = true;
}

const directoryFlag = (folder: string): string => `--tf_xla_persistent_cache_directory=${folder}`;

function hasRoom(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}

/** What a program holds for besides its graph: processor, cards, driver, TensorFlow, and the variables that XLA reads. */
function machineKey(addon: string): string {
  const hash = createHash('sha256');
  const { XLA_FLAGS, NVIDIA_TF32_OVERRIDE, TF_DETERMINISTIC_OPS, CUDA_VISIBLE_DEVICES } = process.env;
  const variables = [XLA_FLAGS, NVIDIA_TF32_OVERRIDE, TF_DETERMINISTIC_OPS, CUDA_VISIBLE_DEVICES];
  hash.update(JSON.stringify([os.cpus()[0]?.model ?? process.arch, variables, cards(), libraries(addon)]));
  return hash.digest('hex').slice(0, 16);
}

const readable = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

function cards(): string[] {
  if (!hasCard()) return [];
  const folder = path.join(DRIVER, 'gpus');
  const models = fs
    .readdirSync(folder)
    .map((card) => /^Model:.*$/m.exec(readable(path.join(folder, card, 'information'))));
  return [readable(path.join(DRIVER, 'version')), ...models.map((line) => line?.[0] ?? '')];
}

/** Length and time of the addon and of TensorFlow's libraries, which lie where the addon says that it looks for them. */
function libraries(addon: string): unknown[] {
  const text = fs.existsSync(addon) ? fs.readFileSync(addon, 'latin1') : '';
  const folder = /\/[\x20-\x7e]*\/tensorflow(?=\0)/.exec(text)?.[0];
  const beside =
    folder && fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^libtensorflow/.test(name)) : [];
  const files = [addon, ...beside.sort().map((name) => path.join(folder as string, name))];
  return files.filter(fs.existsSync).map((file) => {
    const { size, mtimeMs } = fs.statSync(file);
    return [path.basename(file), size, mtimeMs];
  });
}

/** The programs on disk, with their length and age; none where none are kept. */
export function xlaPrograms(): Array<{ file: string; bytes: number; writtenMs: number }> {
  const folder = xlaCacheFolder();
  if (!keeping || !folder || !fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const { size, mtimeMs } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
    const isProgram = name.endsWith('.pb') && size !== undefined && mtimeMs !== undefined;
    return isProgram ? [{ file, bytes: size, writtenMs: mtimeMs }] : [];
  });
}

/** Removes the oldest programs until the rest fits into `SCALABLE_INFERENCE_XLA_BYTES`. */
export function boundXlaPrograms(): void {
  const named = Number(process.env.SCALABLE_INFERENCE_XLA_BYTES || DEFAULT_BYTES);
  const most = named >= 0 ? named : DEFAULT_BYTES;
  const programs = xlaPrograms().sort((a, b) => a.writtenMs - b.writtenMs);
  let bytes = programs.reduce((sum, program) => sum + program.bytes, 0);
  for (const { file, bytes: freed } of programs) {
    if (bytes <= most) return;
    fs.rmSync(file, { force: true });
    bytes -= freed;
  }
}
