'use strict';
// Mocha's own "spec" output as it runs; at the end the counts, and how long each file took, in a file for test.mjs.
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const Mocha = require('mocha');

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: [], failures: [], milliseconds: {} };
    runner.on(EVENT_TEST_PASS, () => counts.passed++);
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      counts.failed++;
      counts.failures.push(`${fileOf(test)}: ${test.fullTitle()}: ${error?.message ?? error}`);
    });
    runner.on(EVENT_TEST_PENDING, (test) => counts.skipped.push(test.fullTitle()));
    timeFiles(runner, counts.milliseconds);
    runner.once(EVENT_RUN_END, () => writeFileSync(process.env.MOCHA_COUNTS_FILE, JSON.stringify(counts)));
  }
};

const fileOf = (test) => (test.file ? path.relative(process.cwd(), test.file) : 'no file');

/** Adds up the time of the outermost suites of each file, their hooks included. */
function timeFiles(runner, milliseconds) {
  const begun = new Map();
  const isOutermost = (suite) => suite.parent?.root === true && suite.file !== undefined;
  runner.on(EVENT_SUITE_BEGIN, (suite) => isOutermost(suite) && begun.set(suite, performance.now()));
  runner.on(EVENT_SUITE_END, (suite) => {
    if (!isOutermost(suite)) return;
    const name = fileOf(suite);
    milliseconds[name] = Math.round((milliseconds[name] ?? 0) + performance.now() - begun.get(suite));
  });
}
