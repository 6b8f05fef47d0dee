import type { Job, Json } from '../run';

/** What a child process is told. */
export type ToChild =
  | { readonly type: 'open'; readonly module: string; readonly request: Json }
  | { readonly type: 'execute'; readonly job: Job; readonly file: string };

/** What it answers. */
export type FromChild =
  | { readonly type: 'opened'; readonly identity: Readonly<Record<string, string>> }
  | { readonly type: 'units'; readonly units: number }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string; readonly diskFull: boolean };

/** What a watchdog is told. */
export interface ToWatchdog {
  readonly type: 'watch' | 'forget';
  readonly pid: number;
}
