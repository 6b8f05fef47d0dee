import { existsSync, readFileSync, renameSync } from 'node:fs';
import * as path from 'node:path';

import { parseJson, writeFileAtomic } from 'scalable-inference/files';
import { CHECK_STATUSES, PROGRESS_VARIABLE, type CheckRecord, type CheckStatus } from 'tslab-runner/ipynb';
import { show } from '../display';
import { isKept, type Kept } from './kept';

/** What is kept of an exercise between kernels; code stays in the notebook. */
export interface Entry {
  readonly status: CheckStatus;
  readonly points: number;
  readonly earned: number;
  readonly topic: string;
  readonly kept?: Kept;
}

type Entries = Record<string, Entry>;

/**
 * The file of a workbook's progress: in the folder that the environment variable names, by default `.progress` beside
 * the notebook; undefined when the variable says `off`, as the runner does.
 */
export function progressFile(workbook: string): string | undefined {
  const folder = process.env[PROGRESS_VARIABLE];
  if (folder === 'off') return undefined;
  return path.join(folder === undefined || folder === '' ? path.resolve('.progress') : folder, `${workbook}.json`);
}

/** No exercise is worth more. */
const MOST_POINTS = 1_000;

const isWithin = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most;

function isEntry(value: unknown): value is Entry {
  const entry = value as Partial<Entry> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    CHECK_STATUSES.includes(entry.status as CheckStatus) &&
    isWithin(entry.points, MOST_POINTS) &&
    isWithin(entry.earned, entry.points) &&
    typeof entry.topic === 'string' &&
    (entry.kept === undefined || isKept(entry.kept))
  );
}

function toEntries(value: unknown): Entries {
  const { version, exercises } = (value ?? {}) as { version?: unknown; exercises?: unknown };
  if (version !== 1 || typeof exercises !== 'object' || exercises === null || Array.isArray(exercises))
    throw new Error('It is no progress file.');
  if (!Object.values(exercises).every(isEntry)) throw new Error('An entry is incomplete or out of range.');
  return exercises as Entries;
}

/** A measurement without a guess is forgotten with the kernel: who ran all cells only to look may still guess. */
function isEmpty(kept: Kept): boolean {
  const { guess, measured, ...rest } = kept;
  return guess === undefined && Object.keys(rest).length === 0;
}

function say(line: string): void {
  show({ 'text/plain': line });
}

/** Progress of one workbook, in memory and in its file. */
export class Store {
  private entries: Entries = {};
  private writing: Promise<void> = Promise.resolve();
  private complained = false;

  constructor(readonly file: string | undefined) {
    if (file !== undefined && existsSync(file)) this.read(file);
  }

  get(id: string): Entry | undefined {
    return this.entries[id];
  }

  /** Notes a record and writes the file; a folder that cannot be written is told once, not thrown. */
  async put(record: CheckRecord, kept: Kept = {}): Promise<void> {
    const { status, points, earned, topic } = record;
    this.entries = {
      ...this.entries,
      [record.exercise]: { status, points, earned, topic, ...(isEmpty(kept) ? {} : { kept }) },
    };
    const { file } = this;
    if (file === undefined) return;
    this.writing = this.writing.then(() => this.write(file));
    await this.writing;
  }

  /** A damaged file is kept aside, said in one line, and begun anew. */
  private read(file: string): void {
    try {
      this.entries = parseJson(
        `The progress file ${path.basename(file)} cannot be read`,
        readFileSync(file, 'utf8'),
        toEntries,
      );
    } catch (error) {
      const aside = `${file}.damaged-${Date.now()}`;
      const kept = this.setAside(file, aside) ? `It is kept as ${path.basename(aside)}; p` : 'P';
      const why = (error as Error).message.replace(/\.?$/, '.');
      say(`${why} ${kept}rogress starts anew.`);
    }
  }

  private setAside(file: string, aside: string): boolean {
    try {
      renameSync(file, aside);
      return true;
    } catch {
      return false;
    }
  }

  private async write(file: string): Promise<void> {
    try {
      await writeFileAtomic(file, `${JSON.stringify({ version: 1, exercises: this.entries }, null, 1)}\n`);
    } catch (error) {
      if (!this.complained)
        say(`Progress cannot be saved: ${(error as Error).message}. It lasts until the kernel ends.`);
      this.complained = true;
    }
  }
}
