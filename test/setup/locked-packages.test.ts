import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { missingPackages } from '../../lib/setup/locked-packages.mjs';
import { packagesStep } from '../../lib/setup/steps/packages.mjs';

const ROOT = path.resolve(__dirname, '../..');
const LOCKED = {
  '': { name: 'project' },
  'lib/inference': { name: 'inference', version: '1.0.0' },
  'node_modules/inference': { link: true, resolved: 'lib/inference' },
  'node_modules/tar': { version: '7.0.0', integrity: 'sha512-new' },
  'node_modules/@scope/one': { version: '1.2.3' },
  'lib/inference/node_modules/tar': { version: '6.0.0' },
  'node_modules/for-another-system': { version: '1.0.0', optional: true },
  'node_modules/for-this-system': { version: '1.0.0', optional: true },
};

/** A project whose packages are all installed, but for one that is for another system. */
describe('installed packages and the lockfile', () => {
  let root: string;
  let listed: Record<string, object>;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'locked-'));
    const { 'node_modules/for-another-system': _other, '': _root, ...there } = LOCKED;
    listed = there;
    for (const [place, entry] of Object.entries(there))
      if ('version' in entry) write(`${place}/package.json`, { version: entry.version });
    symlinkSync('../lib/inference', path.join(root, 'node_modules/inference'));
    write('package-lock.json', { packages: LOCKED });
    write('node_modules/.package-lock.json', { packages: listed });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const remove = (place: string): void => rmSync(path.join(root, place), { recursive: true });

  function write(name: string, content: object): void {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), JSON.stringify(content));
  }

  it('agree where all is there', () => assert.deepEqual(missingPackages(root), []));

  it('agree in this very project', () => assert.deepEqual(missingPackages(ROOT), []));

  const faults: Record<string, [fault: () => void, missing: string[]]> = {
    'no folder at all': [() => remove('node_modules'), ['node_modules']],
    'an installation that was cut off': [() => remove('node_modules/.package-lock.json'), ['node_modules']],
    "a workspace's own packages": [() => remove('lib/inference/node_modules'), ['lib/inference/node_modules/tar']],
    'a package': [() => remove('node_modules/@scope'), ['node_modules/@scope/one']],
    'the files of a package': [() => remove('node_modules/tar/package.json'), ['node_modules/tar']],
    'an optional package that was there': [
      () => remove('node_modules/for-this-system'),
      ['node_modules/for-this-system'],
    ],
    'the link to a workspace': [() => remove('node_modules/inference'), ['node_modules/inference']],
    'a lockfile that has moved on': [
      () => write('package-lock.json', { packages: { ...LOCKED, 'node_modules/tar': { version: '7.0.1' } } }),
      ['node_modules/tar'],
    ],
    'a package that the lockfile has since': [
      () => write('package-lock.json', { packages: { ...LOCKED, 'node_modules/new': { version: '1.0.0' } } }),
      ['node_modules/new'],
    ],
    'the same version with other content': [
      () =>
        write('node_modules/.package-lock.json', {
          packages: { ...listed, 'node_modules/tar': { version: '7.0.0', integrity: 'sha512-old' } },
        }),
      ['node_modules/tar'],
    ],
    "another version than npm's list says": [
      () => write('node_modules/tar/package.json', { version: '5.0.0' }),
      ['node_modules/tar'],
    ],
  };
  for (const [what, [fault, missing]] of Object.entries(faults))
    it(`differ by ${what}, and the step is not done`, () => {
      fault();
      assert.deepEqual(missingPackages(root), missing);
      assert.ok(!packagesStep({ root, env: {} }).intact());
    });

  it('differ by a link that leads elsewhere', () => {
    remove('node_modules/inference');
    mkdirSync(path.join(root, 'elsewhere'));
    symlinkSync('../elsewhere', path.join(root, 'node_modules/inference'));
    assert.deepEqual(missingPackages(root), ['node_modules/inference']);
  });
});
