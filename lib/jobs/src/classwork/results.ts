import type { NotebookResult } from 'tslab-runner/run';
import { jsonIn } from '../run';
import type { KernelRequest } from './request';

/** Failures that say nothing about the notebook: another try, with a server of its own, may go well. */
const FOREIGN = ['server-died', 'connection-lost', 'interrupted'];

/** @throws where the run ended for a reason that is none of the notebook's */
export function refuseForeign({ failures }: NotebookResult): void {
  const foreign = failures.find(({ kind }) => FOREIGN.includes(kind));
  if (foreign) throw new Error(`${foreign.kind}: ${foreign.message}`);
}

type Stored = Omit<NotebookResult, 'outside'> & {
  readonly outside: readonly [
    string,
    NonNullable<NotebookResult['outside']> extends ReadonlyMap<string, infer V> ? V : never,
  ][];
};

/** A result as JSON holds it, less what need not be kept. */
export function storable(result: NotebookResult, keep: KernelRequest['keep']): Stored | undefined {
  if (keep === undefined) return undefined;
  const { outside, executed, ...rest } = result;
  return { ...rest, outside: [...(outside ?? [])], ...(keep === 'notebooks' && executed ? { executed } : {}) };
}

/** The result behind {@link storable}. */
export const restored = ({ outside, ...rest }: Stored): NotebookResult => ({ ...rest, outside: new Map(outside) });

export type { Stored };

/** A job's result, which has at least this list. */
export function fromBytes<T>(id: string, bytes: Uint8Array, list: keyof T & string): T {
  return jsonIn(id, bytes, (value) => {
    if (Array.isArray((value as Record<string, unknown> | null)?.[list])) return value as T;
    throw new Error(`Expected an object with the list '${list}', got something else: delete its file.`);
  });
}
