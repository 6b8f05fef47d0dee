import { readFileSync } from 'node:fs';

/**
 * Files and connections that a process must be able to have open: a Jupyter server with a few kernels, or npm, has about
 * a hundred. The least that a system allows by default is 256 (macOS).
 */
export const NEEDED_OPEN_FILES = 256;

/** How many files a process may have open here; undefined where the system does not tell cheaply. */
export function openFilesLimit(limits = '/proc/self/limits') {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(limits, 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** @throws where fewer than that can be open, instead of what would wait for an answer or break off somewhere later */
export function requireOpenFiles(limit = openFilesLimit()) {
  if (limit === undefined || limit >= NEEDED_OPEN_FILES) return;
  throw new Error(
    `A process may have ${limit} files open here (ulimit -n), ${NEEDED_OPEN_FILES} are needed; with fewer, servers and ` +
      'kernels fail with EMFILE. Type "ulimit -n 1024" first, or have the limit raised (/etc/security/limits.conf).',
  );
}
