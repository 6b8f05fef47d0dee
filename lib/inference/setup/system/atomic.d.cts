/**
 * Writes a file so that readers see either the old content or all of the new: a temporary file beside it, flushed to
 * disk, then renamed over it. On any error the temporary file is removed and `target` stays as it was.
 *
 * @param target path of the file; missing folders are created
 * @param data text (UTF-8), bytes, or byte chunks written one after the other as the iterable yields them
 */
export function writeFileAtomic(target: string, data: string | Uint8Array | Iterable<Uint8Array>): Promise<void>;

/** {@link writeFileAtomic}, done when it returns. */
export function writeFileAtomicSync(target: string, data: string | Uint8Array): void;

/** A name for what is being written in the place of `target`; it tells which process does. */
export function temporaryFor(target: string): string;

/**
 * Removes what processes that were killed were writing in the place of `target`.
 *
 * @param ageMs how long it must have been left alone, default 60,000: its process may run on another machine. 0 where a
 *   lock tells that nobody writes there
 */
export function removeAbandoned(target: string, ageMs?: number): void;

/** An error of the file system with the path in it, which a full disk is told without. */
export function namedError(error: NodeJS.ErrnoException, target: string): NodeJS.ErrnoException;
