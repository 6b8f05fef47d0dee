import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { requirementsOfCards } from '../../lib/inference/setup/cards.mjs';
import { requirementsOfExtra } from '../../lib/inference/setup/nvidia.mjs';
import { WHEELS } from '../../lib/inference/setup/systems.mjs';
import { compareVersions } from '../../lib/inference/setup/versions.mjs';

const run = promisify(execFile);

interface Report {
  install: Array<{ metadata: { name: string; version: string } }>;
}

/** TensorFlow's metadata in the project's Python environment, for a processor or a card: both name the extra. */
async function metadata(): Promise<string | undefined> {
  const { stdout } = await run('python', ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])']);
  const folder = stdout.trim();
  const name = readdirSync(folder).find((each) => /^tensorflow(_cpu)?-\d.*\.dist-info$/.test(each));
  return name && readFileSync(path.join(folder, name, 'METADATA'), 'utf8');
}

/** What pip says when no registry answered it, rather than that one has no such package. */
const NO_REGISTRY =
  /ConnectionError|NewConnectionError|Temporary failure in name resolution|Max retries|timed out|SSLError/i;

describe('what a card needs besides the wheel of TensorFlow', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'cuda-requirements-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Name and version of what pip would install for Linux on x86; undefined where no registry answers. */
  async function resolve(requirements: readonly string[]): Promise<Map<string, string> | undefined> {
    const report = path.join(folder, 'report.json');
    const options = ['--dry-run', '--quiet', '--no-input', '--disable-pip-version-check', '--ignore-installed'];
    const platform = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];
    const target = [...platform.flatMap((name) => ['--platform', name]), '--python-version', '3.12'];
    const args = ['-m', 'pip', 'install', ...options, '--only-binary=:all:', ...target, '--target', folder];
    try {
      await run('python', [...args, '--retries', '1', '--report', report, ...requirements]);
    } catch (error) {
      if (!NO_REGISTRY.test(String((error as { stderr: string }).stderr))) throw error;
      console.log('        skipped: needs a registry of Python packages');
      return undefined;
    }
    const { install } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    return new Map(install.map(({ metadata: { name, version } }) => [name, version]));
  }

  async function requirementsOfWheel(): Promise<string[] | undefined> {
    const text = await metadata().catch(() => undefined);
    if (!text) console.log('        skipped: needs the wheel of TensorFlow in the Python environment');
    return text ? requirementsOfExtra(text, 'and-cuda') : undefined;
  }

  it('is found by pip, all of it together, for Linux on x86 (nothing is installed)', async function () {
    const requirements = await requirementsOfWheel();
    if (!requirements) return this.skip();
    for (const part of ['cublas', 'cudnn', 'cuda-nvcc', 'cuda-runtime', 'nccl'])
      assert.ok(
        requirements.some((line) => line.startsWith(`nvidia-${part}-cu12`)),
        part,
      );
    const found = await resolve(requirements);
    if (!found) return this.skip();
    for (const line of requirements) assert.ok(found.has(/^[\w.-]+/.exec(line)?.[0] ?? ''), line);
  }).timeout(300_000);

  it('has a cuDNN for cards that the newest one left behind, within what the wheel asks for', async function () {
    const requirements = await requirementsOfWheel();
    if (!requirements) return this.skip();
    const needs = WHEELS['linux-x64'].cards;
    const older = needs ? requirementsOfCards([{ name: 'Tesla V100', capability: '7.0' }], needs) : [];
    const found = await resolve([...requirements.filter((line) => line.includes('cudnn')), ...older]);
    if (!found) return this.skip();
    assert.ok(compareVersions(found.get('nvidia-cudnn-cu12') ?? '', '9.11') < 0, found.get('nvidia-cudnn-cu12'));
  }).timeout(300_000);
});
