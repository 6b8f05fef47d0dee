/**
 * A process whose library has a fault in it: puts it in place while the file is loaded, so that nothing on the disk is
 * touched, and runs random networks until one fails. Started by mutations.ts.
 */
import Module from 'node:module';
import * as path from 'node:path';
import type { Failure, Reader } from '../check';
import { DIST, mutated, type Mutation } from './mutation';

export interface Task {
  /** Without one, the library as it is. */
  mutation?: Mutation;
  /** Seeds of the networks, in order. */
  seeds: readonly number[];
  /** In the order in which they are asked. */
  readers: readonly Reader[];
  /** Goes on after a network that fails. */
  keepGoing: boolean;
}

export interface Found extends Failure {
  seed: number;
}

export type Message = { found: Found } | { broken: string } | { done: true };

interface Compiling {
  _compile(content: string, filename: string, ...rest: unknown[]): unknown;
}

function plant(mutation: Mutation): () => boolean {
  const loading = Module.prototype as unknown as Compiling;
  const compile = loading._compile;
  const file = path.join(DIST, mutation.file);
  let planted = false;
  loading._compile = function (this: Compiling, content, filename, ...rest) {
    if (filename !== file) return compile.call(this, content, filename, ...rest);
    planted = true;
    return compile.call(this, mutated(content, mutation), filename, ...rest);
  };
  return () => planted;
}

async function main({ mutation, seeds, readers, keepGoing }: Task, tell: (message: Message) => void): Promise<void> {
  const isPlanted = mutation ? plant(mutation) : () => true;
  // Loaded only now, so that the fault is in place.
  const { backend } = require('scalable-inference') as typeof import('scalable-inference');
  const { check } = require('../check') as typeof import('../check');
  const { generate } = require('../generate') as typeof import('../generate');
  await backend.ready();
  if (!isPlanted()) return tell({ broken: 'its file was not loaded' });
  for (const seed of seeds) {
    const failure = await check(generate(seed), readers);
    if (failure) tell({ found: { ...failure, seed } });
    if (failure && !keepGoing) break;
  }
  tell({ done: true });
}

process.once('message', (task: Task) => {
  const tell = (message: Message): void => void process.send?.(message);
  main(task, tell)
    .catch((error: unknown) => tell({ broken: String(error) }))
    .finally(() => process.disconnect());
});
