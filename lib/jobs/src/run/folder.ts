import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { readJsonFile, writeFileAtomic } from 'scalable-inference/files';
import { canonical, differences, type Identity } from './identity';
import type { Json } from './kind';
import { readPart, writePart } from './part';

/** What a folder of results belongs to; stored as run.json. */
export interface RunInfo {
  readonly id: string;
  readonly kind: string;
  readonly request: Json;
  readonly identity: Identity;
}

/** The folder of a run: what it belongs to, and a file for each result. */
export class RunFolder {
  private constructor(
    readonly folder: string,
    readonly info: RunInfo,
  ) {}

  /**
   * @param options.dry writes nothing
   * @throws where the folder holds another run, naming what differs, or other files; it is left as it was
   */
  static async open(folder: string, info: RunInfo, { dry = false } = {}): Promise<RunFolder> {
    const file = path.join(folder, 'run.json');
    if (existsSync(file)) await compare(file, info);
    else {
      const others = existsSync(folder) ? (await fs.readdir(folder)).filter((name) => !/^lock|\.part$/.test(name)) : [];
      if (others.length > 0)
        throw new Error(
          `${folder} holds other files (${others.slice(0, 3).join(', ')}) and no run.json: name an empty or new folder.`,
        );
      if (!dry) await writeFileAtomic(file, `${JSON.stringify(info, null, 2)}\n`);
    }
    return new RunFolder(folder, info);
  }

  fileOf(id: string): string {
    return path.join(this.folder, 'parts', `${id}.part`);
  }

  read(id: string): Promise<Uint8Array | null> {
    return readPart(this.fileOf(id));
  }

  write(id: string, bytes: Uint8Array): Promise<void> {
    return writePart(this.fileOf(id), bytes);
  }
}

async function readRunInfo(file: string): Promise<RunInfo> {
  try {
    return await readJsonFile(file, toRunInfo);
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`${why} It is no description of a run: delete the folder, or name another one.`);
  }
}

function toRunInfo(value: unknown): RunInfo {
  const { id, kind, request, identity } = (value ?? {}) as Record<string, unknown>;
  const isText = (each: unknown): boolean => typeof each === 'string';
  const isNamed = typeof identity === 'object' && identity !== null && Object.values(identity).every(isText);
  if (isText(id) && isText(kind) && request !== undefined && isNamed) return value as RunInfo;
  throw new Error('Expected the id, kind, request and identity of a run.');
}

async function compare(file: string, info: RunInfo): Promise<void> {
  const stored = await readRunInfo(file);
  if (stored.id === info.id) return;
  const flat = ({ kind, request, identity }: RunInfo): Identity => ({
    kind,
    request: canonical(request),
    ...identity,
  });
  throw new Error(
    `The results in ${path.dirname(file)} are of another run: ${differences(flat(stored), flat(info))}. ` +
      'Delete the folder, or name another one.',
  );
}
