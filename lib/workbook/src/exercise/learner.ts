import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { readJsonFileSync } from 'scalable-inference/files';

/** Who answers where nothing is stored: the runner, and tests. */
const NOBODY = 'nobody';

/** Names given in this process, by file: where one cannot be written it lasts until the kernel ends. */
const names = new Map<string, string>();

/**
 * A stable random name of the learner, kept in `learner.json` beside the progress file; made at the first call.
 *
 * @param progress path of a progress file; undefined where none is kept
 */
export function learnerName(progress: string | undefined): string {
  if (progress === undefined) return NOBODY;
  const file = path.join(path.dirname(progress), 'learner.json');
  const name = names.get(file) ?? stored(file) ?? made(file);
  names.set(file, name);
  return name;
}

function stored(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readJsonFileSync(file, nameIn);
  } catch {
    return undefined;
  }
}

function nameIn(value: unknown): string | undefined {
  const { learner } = (value ?? {}) as { learner?: unknown };
  return typeof learner === 'string' && learner !== '' ? learner : undefined;
}

function made(file: string): string {
  const learner = randomUUID();
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ version: 1, learner })}\n`);
  } catch {
    // The store says that nothing can be saved here.
  }
  return learner;
}
