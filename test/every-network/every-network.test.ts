import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { measure, models } from 'scalable-inference';
import { fillReference } from '../support/reference-weights';
import { MEMBERS, PUBLISHED } from './plan';
import { READERS } from './readers';

/** What ptflops and fvcore count of a network; see reference.py. */
interface Counted {
  model: string;
  /** [height, width] */
  size: [number, number];
  params: number;
  ptflops: number;
  fvcore: number;
}

describe('every published network', () => {
  const { rows } = JSON.parse(readFileSync(path.join(__dirname, 'reference.json'), 'utf8')) as { rows: Counted[] };

  it('is registered', () => {
    assert.equal(PUBLISHED.length, 80);
    assert.deepEqual(
      PUBLISHED.filter((name) => !models.list().includes(name)),
      [],
    );
    assert.deepEqual(rows.map(({ model }) => model).sort(), [...PUBLISHED].sort());
  });

  it('has the parameters and the work that the tools of PyTorch count', () => {
    for (const { model, size, params, ptflops, fvcore } of rows) {
      const net = models.create(model);
      for (const [convention, wanted] of [
        ['ptflops', ptflops],
        ['fvcore', fvcore],
      ] as const) {
        const counted = measure.complexity(net, [1, ...size, 3], { convention });
        assert.deepEqual([counted.reference, counted.params, counted.uncounted], [wanted, params, []], model);
      }
      net.dispose();
    }
  });

  it('is built and counted in less than 1 GB for all', async () => {
    const { megabytes } = JSON.parse((await promisify(execFile)(process.execPath, COUNT_ALL)).stdout) as Record<
      string,
      number
    >;
    assert.ok(megabytes < 1000, `all ${PUBLISHED.length} took ${megabytes} MB at most`);
  });
});

const COUNT_ALL = ['--import', 'tsx', path.join(__dirname, 'count-all.ts')];

describe('a member of every family of networks', () => {
  it('is among those tested', () => {
    const families = (names: readonly string[]): Set<string> =>
      new Set(names.flatMap((name) => (models.list().includes(name) ? [models.describe(name).family] : [])));
    const named = families(MEMBERS.map(({ name }) => name));
    const reduced = MEMBERS.map(({ name }) => name.split(/[ ,]/)[0]);
    assert.deepEqual(
      [...families(PUBLISHED)].filter((each) => !named.has(each) && !reduced.includes(each)),
      [],
    );
  });

  for (const { name, size, build } of MEMBERS) {
    describe(name, () => {
      const net = build(0);
      let folder = '';
      before(() => {
        folder = mkdtempSync(path.join(os.tmpdir(), 'every-network-'));
        fillReference(net);
      });
      after(() => {
        net.dispose();
        rmSync(folder, { recursive: true });
      });
      for (const [reader, run] of Object.entries(READERS))
        it(`is ${reader}`, () => run({ net, shape: [1, size, size, 3], folder, another: () => build(1) }));
    });
  }
});
