import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Not among the tests: a run that somebody kills, with a file in the temporary folder. */
describe('an endless test', () => {
  it('has begun', async () => {
    mkdtempSync(path.join(tmpdir(), 'left-'));
    console.log('begun');
    await sleep(600_000);
  }).timeout(0);
});
