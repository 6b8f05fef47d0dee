import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
/** What `npm run notebooks`, `npm start` and `npm test` run. */
const COMMANDS: Readonly<Record<string, string>> = {
  notebooks: 'lib/setup/with-environment.mjs node lib/runner/dist/cli.js notebooks/pruning.ipynb',
  start: 'lib/setup/start.mjs --no-browser',
  test: 'test/tools/test.mjs types',
};

describe('setup: few open files', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  for (const [name, command] of Object.entries(COMMANDS)) {
    it(`npm ${name} says at once that ulimit -n 40 is too little`, () => {
      const { status, stderr } = spawnSync('bash', ['-c', `ulimit -n 40; exec node ${command}`], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      assert.equal(status, 1, stderr);
      assert.match(
        stderr,
        /^A process may have 40 files open here \(ulimit -n\), 256 are needed; .* EMFILE\. Type "ulimit -n 1024" first/m,
      );
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    });
  }
});
