/**
 * Adds up what several kinds of tests found. `skipped` holds titles, so that nothing is left out unseen; `failures` a
 * text each, so that the end of the output says what failed where only its end is kept.
 *
 * @returns {{ passed: number, failed: number, skipped: string[], failures: string[] }}
 */
export function createTally() {
  return { passed: 0, failed: 0, skipped: [], failures: [] };
}

/**
 * Adds `counts` to `tally`; missing fields count as nothing.
 *
 * @param {ReturnType<typeof createTally>} tally @param {Partial<ReturnType<typeof createTally>>} counts
 */
export function addCounts(tally, { passed = 0, failed = 0, skipped = [], failures = [] }) {
  tally.passed += passed;
  tally.failed += failed;
  tally.skipped.push(...skipped);
  tally.failures.push(...failures);
}

/** The last line of `npm test`: `12 passed, 0 failed`, then `, 2 skipped` when something was. */
export function countLine({ passed, failed, skipped }) {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return `${passed} passed, ${failed} failed${rest}`;
}

/** A failure as one line of the output's end: at most 300 characters, no control characters. */
export function failureLine(text) {
  const line = text.replace(/\u001b\[[0-9;]*m/g, '').replace(/[\s\u0000-\u001f]+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
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
  counts.failures = failures.map(({ kind, cell, message }) => {
    const place = cell === undefined ? '' : `, cell ${cell + 1}`;
    return `${path}, answers ${mode}${place}: ${kind}: ${message}`;
  });
  for (const { index, title, status } of cells) {
    if (others.some(({ cell }) => cell === index)) counts.failed++;
    else if (status === 'not-run') counts.skipped.push(`${path}, answers ${mode}, cell ${index + 1}: ${title}`);
    else if (status !== 'skipped') counts.passed++;
  }
  for (const { ok } of checks) counts[ok ? 'passed' : 'failed']++;
  return counts;
}
