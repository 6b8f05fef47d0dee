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
