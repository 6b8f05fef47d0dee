import type * as Bullmq from 'bullmq';
import type * as Ioredis from 'ioredis';

/** The packages that a queue needs, loaded when one is asked for. */
export interface QueuePackages {
  readonly bullmq: typeof Bullmq;
  readonly ioredis: typeof Ioredis;
}

/** @throws in one sentence where they are not installed; BullMQ without its ioredis would print errors without end */
export function loadQueuePackages(load: (name: string) => unknown = require): QueuePackages {
  const missing: string[] = [];
  const get = (name: string): unknown => {
    try {
      return load(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      missing.push(name);
      return undefined;
    }
  };
  const ioredis = get('ioredis') as typeof Ioredis;
  const bullmq = ioredis && (get('bullmq') as typeof Bullmq);
  if (missing.length > 0)
    throw new Error(
      `A queue needs the packages bullmq and ioredis, and ${missing[0]} is missing: npm install bullmq ioredis.`,
    );
  return { bullmq, ioredis };
}
