import { type Verdict } from './types';
import { type Wire } from './wire';

/** What the runner tells the judge's process. */
export type ToWorker =
  | { kind: 'open'; module: string; file: string }
  | { kind: 'judge'; notebook: string; exercise: string; answer: Wire }
  | { kind: 'result'; id: string; value: Wire };

/** What it answers. */
export type FromWorker =
  | { kind: 'opened'; judged: Record<string, string> }
  | { kind: 'call'; id: string; found: number; args: Wire[] }
  | { kind: 'verdict'; verdict: Verdict }
  | { kind: 'failed'; message: string };
