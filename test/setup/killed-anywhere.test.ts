import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const STEP = path.join(__dirname, 'support/jupyter-step.mjs');
const DIE_AT = path.join(__dirname, 'support/die-at.cjs');
const ENOUGH = 20;
const TOO_MANY = 200;

const runStep = (root: string, dieAt?: number) => {
  const preload = dieAt === undefined ? [] : ['--require', DIE_AT];
  const env = { ...process.env, DIE_AT: String(dieAt), DIE_IN: root };
  return spawnSync(process.execPath, [...preload, STEP, root], { env, encoding: 'utf8' });
};

describe('a set-up killed before any one of its changes to the disk', function () {
  this.timeout(300_000);
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('is completed by the next one, which leaves nothing half-written', () => {
    let kills = 0;
    for (; kills < TOO_MANY; kills++) {
      const root = mkdtempSync(path.join(tmpdir(), 'killed-'));
      try {
        const { signal, status, stderr } = runStep(root, kills + 1);
        if (status === 0) break;
        assert.equal(signal, 'SIGKILL', stderr);
        const next = runStep(root);
        assert.equal(next.status, 0, next.stderr);
        const left = readdirSync(root, { recursive: true }).map(String);
        assert.ok(left.includes(path.join('.cache', 'environment.json')));
        // Where all was done already the next one takes no lock, and a dead one's stays until somebody needs it.
        assert.deepEqual(
          left.filter((name) => /\.part$|\/lock\.|\/tmp$/.test(name)),
          [],
          `killed before change ${kills + 1}`,
        );
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }
    assert.ok(kills >= ENOUGH && kills < TOO_MANY, `${kills} kills`);
  });
});
