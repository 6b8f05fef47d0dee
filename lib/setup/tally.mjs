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
 * Counts of a JUnit XML report: its test cases by what stands inside them.
 *
 * @param {string} xml
 * @returns {{ passed: number, failed: number, skipped: string[] }}
 */
export function countJUnit(xml) {
  const counts = createTally();
  for (const [, attributes, ending] of xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(\/>|>[\s\S]*?<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(ending)) counts.failed++;
    else if (/<skipped\b/.test(ending))
      counts.skipped.push(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? 'without a name');
    else counts.passed++;
  }
  return counts;
}
