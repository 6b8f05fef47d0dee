import { existsSync, promises as fs, rmSync } from 'node:fs';

import { isRecord, readJsonFile, writeFileAtomic } from '../files';
import { type Grade, isGrade } from '../grade';

/** A submission that was graded: the hash of its file, and what it earned, without marks. */
interface Entry {
  readonly hash: string;
  readonly grades: Grade[];
}

interface Stored {
  readonly version: 1;
  readonly basis: string;
  readonly graded: Record<string, Entry>;
}

/** Says what becomes of an earlier run; `basis` is a hash of all that grades depend on besides the submissions. */
interface Circumstances {
  readonly basis: string;
  readonly fresh: boolean;
  readonly isolated: boolean;
}

const isEntry = (value: unknown): value is Entry =>
  isRecord(value) && typeof value.hash === 'string' && Array.isArray(value.grades) && value.grades.every(isGrade);

const isStored = (value: unknown): value is Stored =>
  isRecord(value) &&
  value.version === 1 &&
  typeof value.basis === 'string' &&
  isRecord(value.graded) &&
  Object.values(value.graded).every(isEntry);

/**
 * What a run has graded while it lasts, in a file beside the table, so that a later run goes on where one that was ended
 * stopped. Where kernels are not shut in, a cell could write this file: then nothing is kept and nothing believed.
 */
export class Unfinished {
  private readonly graded = new Map<string, Entry>();

  private constructor(
    private readonly file: string,
    private readonly now: Circumstances,
    private readonly earlier: ReadonlyMap<string, Entry>,
    /** Why nothing of an earlier run is used, as a sentence. */
    readonly reason: string | undefined,
  ) {}

  static open(csv: string, now: Circumstances): Unfinished {
    const file = `${csv}.unfinished.json`;
    const ended = (reason?: string, graded: Record<string, Entry> = {}): Unfinished =>
      new Unfinished(file, now, new Map(Object.entries(graded)), reason);
    if (now.fresh) rmSync(file, { force: true });
    if (!existsSync(file)) return ended();
    const begin = 'An earlier run ended before all were graded; all are graded anew';
    if (!now.isolated) return ended(`${begin}, because without isolation a cell can change what was written then.`);
    try {
      const { basis, graded } = readJsonFile(file, 'It is written anew', isStored);
      if (basis === now.basis) return ended(undefined, graded);
      return ended(`${begin}, because what grades depend on has changed since (originals, code, options).`);
    } catch (error) {
      return ended(`${begin}: ${(error as Error).message}`);
    }
  }

  /** What a submission earned in the earlier run; undefined where its turn had not come or its file has changed. */
  of(name: string, hash: string | undefined): Grade[] | undefined {
    const entry = this.earlier.get(name);
    if (entry === undefined || entry.hash !== hash) return undefined;
    this.graded.set(name, entry);
    return entry.grades;
  }

  async add(name: string, hash: string | undefined, grades: Grade[]): Promise<void> {
    if (!this.now.isolated || hash === undefined) return;
    this.graded.set(name, { hash, grades });
    const stored: Stored = { version: 1, basis: this.now.basis, graded: Object.fromEntries(this.graded) };
    await writeFileAtomic(this.file, JSON.stringify(stored));
  }

  /** All are graded. */
  async remove(): Promise<void> {
    await fs.rm(this.file, { force: true });
  }
}
