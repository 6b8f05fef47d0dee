import { promises as fs } from 'node:fs';
import { isObject } from '../json';
import { readJsonFile } from './json';

/** What a server says that changes when its file changes: an ETag, else the date of the last change. */
type Validator = string | undefined;

/** A download under way: `<target>.part` with the bytes so far and `<target>.part.json` with where they came from. */
export class Partial {
  readonly path: string;

  constructor(target: string) {
    this.path = `${target}.part`;
  }

  /** Bytes on disk. */
  async sizeBytes(): Promise<number> {
    return fs.stat(this.path).then(
      (s) => s.size,
      () => 0,
    );
  }

  /** The validator under which the bytes came, if they came from `url` and the server gave one. */
  async validator(url: string): Promise<Validator> {
    try {
      const note = await readJsonFile(`${this.path}.json`, (value) => (isObject(value) ? value : {}));
      return note.url === url && typeof note.validator === 'string' ? note.validator : undefined;
    } catch {
      return undefined;
    }
  }

  async note(url: string, validator: Validator): Promise<void> {
    await fs.writeFile(`${this.path}.json`, JSON.stringify({ url, validator }));
  }

  async remove(): Promise<void> {
    await fs.rm(this.path, { force: true });
    await fs.rm(`${this.path}.json`, { force: true });
  }

  /** The whole file takes its place in one step. */
  async finish(target: string): Promise<void> {
    await fs.rename(this.path, target);
    await fs.rm(`${this.path}.json`, { force: true });
  }
}
