/** What JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One piece of a long work. */
export interface Job {
  /** A file's name: letters, digits, `.`, `_`, `-`, first a letter. */
  readonly id: string;
  /** What {@link Opened.execute} gets. */
  readonly input: Json;
  /** How much of the whole it is, in {@link Opened.unit}s. */
  readonly units: number;
}

/** What a job may look at and tell while it runs. */
export interface Live {
  readonly signal: AbortSignal;
  /** So many more units are done. */
  onUnits(units: number): void;
}

/**
 * A work made ready, in the coordinator and in each worker alike: whatever all jobs share is loaded. Every process that
 * opens the same request must come to the same jobs.
 */
export interface Opened<R> {
  /** What must agree between processes for their results to agree, by name: hashes of the model and the data. */
  readonly identity: Readonly<Record<string, string>>;
  /** What is counted: `pictures`. */
  readonly unit: string;
  readonly jobs: readonly Job[];
  /** A pure function of request and input; its bytes are stored whole or not at all. */
  execute(input: Json, live: Live): Promise<Uint8Array>;
  /** Puts all parts together to what one process would have made. */
  join(read: (id: string) => Promise<Uint8Array>): Promise<R>;
  dispose(): void | Promise<void>;
}

/** A kind of work that can be handed out. */
export interface JobKind<Q extends Json, R> {
  readonly name: string;
  /** File of the module that exports this kind as `kind`: child processes load it. */
  readonly module: string;
  /** @throws where the request cannot be met here, in one sentence */
  open(request: Q): Promise<Opened<R>>;
}

const ID = /^[A-Za-z][\w.-]{0,150}$/;

/** Refuses jobs whose names could not be files, or that are there twice. */
export function checkJobs(kind: string, jobs: readonly Job[]): void {
  const seen = new Set<string>();
  for (const { id } of jobs) {
    if (!ID.test(id))
      throw new Error(`A job of '${kind}' is called '${id}': use letters, digits, '.', '_' and '-', first a letter.`);
    if (seen.has(id)) throw new Error(`Two jobs of '${kind}' are called '${id}': give each a name of its own.`);
    seen.add(id);
  }
}
