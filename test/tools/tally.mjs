/**
 * Adds up what several kinds of tests found. `skipped` holds titles, so that nothing is left out unseen.
 *
 * @returns {{ passed: number, failed: number, skipped: string[] }}
 */
export function createTally() {
  return { passed: 0, failed: 0, skipped: [] };
}

/**
 * Adds `counts` to `tally`; missing fields count as nothing.
 *
 * @param {ReturnType<typeof createTally>} tally @param {Partial<ReturnType<typeof createTally>>} counts
 */
export function addCounts(tally, { passed = 0, failed = 0, skipped = [] }) {
  tally.passed += passed;
  tally.failed += failed;
  tally.skipped.push(...skipped);
}

/** The last line of `npm test`: `12 passed, 0 failed`, then `, 2 skipped` when something was. */
export function countLine({ passed, failed, skipped }) {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return `${passed} passed, ${failed} failed${rest}`;
}

/**
 * Counts of the runner's `--json` report: every cell that ran, every check, and every failure that belongs to no cell.
 * A cell fails when a failure names it; one that did not run after an earlier failure is skipped, one that was never
 * meant to run counts as nothing.
 *
 * @param {{ runs: object[] }} report
 * @returns {ReturnType<typeof createTally>}
 */
export function countRuns({ runs }) {
  const tally = createTally();
  for (const run of runs) addCounts(tally, countRun(run));
  return tally;
}

function countRun({ path, mode, failures, cells, checks }) {
  const counts = createTally();
  const others = failures.filter(({ kind }) => kind !== 'check');
  counts.failed += others.filter(({ cell }) => cell === undefined).length;
  for (const { index, title, status } of cells) {
    if (others.some(({ cell }) => cell === index)) counts.failed++;
    else if (status === 'not-run') counts.skipped.push(`${path}, answers ${mode}, cell ${index + 1}: ${title}`);
    else if (status !== 'skipped') counts.passed++;
  }
  for (const { ok } of checks) counts[ok ? 'passed' : 'failed']++;
  return counts;
}
