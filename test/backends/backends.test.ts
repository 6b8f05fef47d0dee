import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { nn } from 'scalable-inference';
import { OPERATIONS } from '../graph/operations';
import { backendCases, GENERATED_KINDS, HELD_BY_OTHERS } from './cases';
import { computeAll, type Computed, type Report } from './compute';

const TOLERANCE = 2e-5;

const valuesOf = (text: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/** What a process of its own computes, as a learner's does whose machine has no native engine. */
async function computedOn(name: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'compute.ts')],
    { env: { ...process.env, SCALABLE_INFERENCE_BACKEND: name }, maxBuffer: 2 ** 28 },
  );
  const report = JSON.parse(stdout) as Report;
  assert.equal(report.backend, name);
  return report;
}

/** Compares values to the largest of them: sums in another order differ by as much in small values as in large ones. */
function compare(got: Computed, wanted: Computed): void {
  assert.ok(!('error' in wanted), `TensorFlow: ${JSON.stringify(wanted)}`);
  assert.ok(!('error' in got), JSON.stringify(got));
  assert.deepEqual(got.shapes, wanted.shapes);
  wanted.values.forEach((text, which) => {
    const [a, b] = [valuesOf(got.values[which]), valuesOf(text)];
    const most = TOLERANCE * Math.max(1e-3, ...b.map(Math.abs));
    const where = b.findIndex((value, i) => !(Math.abs(a[i] - value) <= most));
    const what = which === 0 ? 'the result' : `the gradient of input ${which - 1}`;
    assert.ok(where === -1, `${what}: ${a[where]} instead of ${b[where]} at position ${where}.`);
  });
}

describe('backends', () => {
  const reports = new Map<string, Report>();
  before(async function () {
    this.timeout(240_000);
    reports.set('tensorflow', await computeAll());
    for (const name of ['wasm', 'cpu']) reports.set(name, await computedOn(name));
  });

  it('every function of nn.functional has a line', () => {
    const lines = new Set([...Object.keys(OPERATIONS), ...GENERATED_KINDS, ...Object.keys(HELD_BY_OTHERS)]);
    assert.deepEqual(
      Object.keys(nn.functional).filter((name) => !lines.has(name)),
      [],
    );
  });

  for (const name of ['wasm', 'cpu'])
    describe(name, () => {
      for (const each of backendCases())
        it(`${each.name}: TensorFlow's values${each.gradients ? ' and gradients' : ''}`, () =>
          compare(
            (reports.get(name) as Report).cases[each.name],
            (reports.get('tensorflow') as Report).cases[each.name],
          ));
    });

  for (const name of ['tensorflow', 'wasm', 'cpu'])
    it(`no tensor is left behind on ${name}`, () => assert.equal((reports.get(name) as Report).left, 0));
});
