import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { datasets, distill, models } from 'scalable-inference';
import { processEngine, runJobs } from 'scalable-inference-jobs';
import { logits } from 'scalable-inference-jobs/kinds';

const PICTURES = { set: 'generated', count: 2100, size: 32, seed: 3 } as const;

/** Every file of a folder with its bytes. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]),
  );

describe("a teacher's logits in jobs", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'logits-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are, byte for byte, the files and numbers of one process, with one worker and with three', async () => {
    const teacher = models.create('small_cnn', { seed: 5 }).eval();
    const set = datasets.generated({ count: PICTURES.count, size: PICTURES.size, seed: PICTURES.seed });
    const alone = path.join(folder, 'alone');
    const plain = await distill.teacherLogits(teacher, set, { cache: alone, flips: true });
    teacher.dispose();
    for (const workers of [1, 3]) {
      const labelled = await runJobs(
        logits,
        { teacher: { name: 'small_cnn', seed: 5 }, pictures: PICTURES, flips: true },
        { folder: path.join(folder, `run-${workers}`), engine: processEngine({ workers }) },
      );
      assert.deepEqual(labelled.logits.plain, plain.plain);
      assert.deepEqual(labelled.logits.mirrored, plain.mirrored);
      const cache = path.join(folder, `cache-${workers}`);
      await labelled.store(cache);
      assert.deepEqual(contents(cache), contents(alone));
      assert.equal(Object.keys(contents(cache)).length, 7);
    }
  });
});
