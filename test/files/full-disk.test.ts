import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const CHILD = path.join(__dirname, 'full-disk-child.ts');
/** A disk of two megabytes at `$0`, in a view of the disks that nobody else has. */
const SCRIPT = 'mount -t tmpfs -o size=2m none "$0" && exec "$1" --import tsx "$2" "$0" "$3"';

describe('a full disk', function () {
  this.timeout(120_000);
  let [disk, outside] = ['', ''];
  before(function () {
    if (spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0) this.skip();
    [disk, outside] = ['disk-', 'outside-'].map((name) => mkdtempSync(path.join(tmpdir(), name)));
  });
  after(() => {
    for (const folder of [disk, outside].filter(Boolean)) rmSync(folder, { recursive: true });
  });

  it('is told with the path of what could not be written, which leaves nothing behind', () => {
    const args = ['-rm', 'sh', '-c', SCRIPT, disk, process.execPath, CHILD, outside];
    const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    assert.equal(lines.length, 10, stdout + stderr);
    for (const line of lines) {
      const { name, said, left } = JSON.parse(line) as { name: string; said: string; left: string[] };
      assert.ok(said.includes('ENOSPC') && said.includes(path.join(disk, name)), `${name}: ${said}`);
      assert.deepEqual(left, [], name);
    }
  });
});
