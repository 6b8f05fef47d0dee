import { createHash } from 'node:crypto';
import { precision } from '../backend';
import { bytesOf } from '../files';
import type { NodeDef } from './savedmodel';

const inUse = new Set<string>();

/**
 * Takes a name for a function that follows from its content, weights too: XLA finds what it compiled by the function's name
 * and inputs, in this process, and on disk in a later one.
 */
export function takeName(nodes: readonly NodeDef[]): string {
  const content = contentHash(nodes);
  for (let copy = 0; ; copy++) {
    const name = `scalable_inference_${content}_${copy}`;
    if (inUse.has(name)) continue;
    inUse.add(name);
    return name;
  }
}

/** A later function of the same content may have the name again. */
export const giveNameBack = (name: string): void => void inUse.delete(name);

function contentHash(nodes: readonly NodeDef[]): string {
  const hash = createHash('sha256').update(precision()); // what XLA compiled for one is not for another
  for (const { content, ...node } of nodes) {
    hash.update(JSON.stringify([node, content?.dtype, content?.shape]));
    if (content) hash.update(bytesOf(content.data()));
  }
  return hash.digest('hex').slice(0, 24);
}
