'use strict';
const { mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { startTime } = require('../../lib/inference/setup/system/processes.cjs');

/** Short: sockets lie in folders below it, and their paths may have about a hundred bytes. */
const PREFIX = 'si-';
/** Names the folder for the processes below, which share it. */
const VARIABLE = 'SCALABLE_INFERENCE_TEST_FOLDER';
/** What ends with a test may take a moment longer than the test. */
const PATIENCE_MS = 5_000;

/**
 * A temporary folder for one run of tests, so that runs at the same time do not see each other's files and what a run
 * leaves behind is known. A process inside such a run gets the folder of that run.
 */
function openTemporary(env = process.env) {
  const shared = env[VARIABLE];
  if (!shared) removeAbandoned();
  const folder = shared ?? mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid.toString(36)}-`));
  return {
    folder,
    /** What makes a process use it. */
    env: {
      [VARIABLE]: folder,
      TMPDIR: folder,
      TEMP: folder,
      TMP: folder,
      TSX_DISABLE_CACHE: '1',
      SCALABLE_INFERENCE_ENGINES: '',
    },
    /** Names of what is still there, after a moment for those that are ending. */
    async leftovers() {
      const deadlineMs = performance.now() + PATIENCE_MS;
      while (readdirSync(folder).length > 0 && performance.now() < deadlineMs) await sleep(50);
      return readdirSync(folder);
    },
    /** Removes it, where this process made it. */
    close() {
      if (!shared) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Folders of runs that were killed. */
function removeAbandoned() {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^si-([0-9a-z]{1,6})-\w{6}$/.exec(name) ?? [];
    if (pid && startTime(parseInt(pid, 36)) === undefined)
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

module.exports = { openTemporary };
