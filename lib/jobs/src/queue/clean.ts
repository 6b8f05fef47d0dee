import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { connect, type QueueAddress } from './address';
import { loadQueuePackages } from './load';
import { NoticeBoard, PREFIX, queueName } from './protocol';

/** Options of {@link cleanQueue}. */
export interface CleanOptions extends QueueAddress {
  /** The folder of large results: those of the removed runs go too. */
  readonly shared?: string;
  /** Removes nothing. Default false. */
  readonly dry?: boolean;
  /** Told of outages. */
  readonly say: (sentence: string) => void;
}

/** A run that no coordinator waits for. */
export interface AbandonedRun {
  readonly id: string;
  /** What it works on; empty where Redis holds only its queue. */
  readonly kind: string;
  /** Results that nobody has collected. */
  readonly results: number;
}

/**
 * Removes the runs that no coordinator waits for: of one that was interrupted and never came back. One that comes back
 * later does again what it had not collected.
 *
 * @returns the runs
 * @throws where the server cannot be reached
 */
export async function cleanQueue({ shared, dry = false, say, ...address }: CleanOptions): Promise<AbandonedRun[]> {
  const { bullmq } = loadQueuePackages();
  const redis = await connect(address, say);
  try {
    const board = new NoticeBoard(redis);
    const kinds = new Map((await board.runs()).map(({ id, kind }) => [id, kind]));
    const found: AbandonedRun[] = [];
    for (const id of new Set([...kinds.keys(), ...(await board.queues())])) {
      if (await board.isAwaited(id)) continue;
      const queue = new bullmq.Queue(queueName(id), { connection: redis, prefix: PREFIX, skipMetasUpdate: true });
      queue.on('error', () => undefined);
      const results = await queue.getJobCountByTypes('completed').finally(() => queue.close());
      found.push({ id, kind: kinds.get(id) ?? '', results });
      if (dry) continue;
      await board.remove(id);
      await board.sweep(id);
      if (shared !== undefined) await fs.rm(path.join(shared, id), { recursive: true, force: true });
    }
    return found;
  } finally {
    redis.disconnect();
  }
}
