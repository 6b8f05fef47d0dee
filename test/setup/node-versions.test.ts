import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(__dirname, '../..');
const probe = path.join(root, 'lib/inference/setup/probe-addon.cjs');
const run = promisify(execFile);

interface Probe {
  node: string;
  backend: string;
  tensorflow: string;
}

/** Loads the addon in a Node, multiplies matrices, convolves and takes a gradient, and compares with known values. */
async function probeWith(node: string): Promise<Probe> {
  const { stdout } = await run(node, [probe], { env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } });
  return JSON.parse(stdout) as Probe;
}

function findBinary(folder: string): string | undefined {
  const packages = path.join(folder, 'node_modules');
  const names = existsSync(packages) ? readdirSync(packages).filter((name) => name.startsWith('node-')) : [];
  return names.map((name) => path.join(packages, name, 'bin/node')).find((file) => existsSync(file));
}

/** The binary of a Node version as npm's package `node` brings it: in a package for each platform, fetched here without its script. */
async function installNode(major: number): Promise<string> {
  const folder = path.join(root, '.cache/node-versions', String(major));
  const present = findBinary(folder);
  if (present) return present;
  const temporary = `${folder}.${process.pid}.part`;
  mkdirSync(temporary, { recursive: true });
  try {
    await run(
      'npm',
      [
        'install',
        '--ignore-scripts',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--prefix',
        temporary,
        `node-${process.platform}-${process.arch}@${major}`,
      ],
      { cwd: temporary },
    );
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  const installed = findBinary(folder);
  assert.ok(installed, `Node ${major} from npm holds no binary for ${process.platform} ${process.arch}`);
  return installed;
}

describe('the TensorFlow addon', () => {
  for (const major of [20, 22, 24, 26]) {
    it(`computes in Node ${major}`, async function () {
      let node: string;
      try {
        node = process.version.startsWith(`v${major}.`) ? process.execPath : await installNode(major);
      } catch (error) {
        if (!/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|E404|network/.test(String(error))) throw error;
        this.test!.title += " (npm's registry could not be reached)";
        return this.skip();
      }
      const answer = await probeWith(node);
      assert.match(answer.node, new RegExp(`^v${major}\\.`));
      assert.equal(answer.backend, 'tensorflow');
      assert.match(answer.tensorflow, /^2\.21\./);
    });
  }
});
