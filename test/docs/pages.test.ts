import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { filesBelow, PAGES, ROOT } from './extract';
import { PACKAGES, roomMap } from '../tools/room-map.mjs';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** All code of the packages and of the set-up, in one text. */
const SOURCES = ['.ts', '.mjs']
  .flatMap((ending) =>
    filesBelow(['lib/inference/src', 'lib/runner/src', 'lib/workbook/src', 'lib/setup', 'lib/inference/setup'], ending),
  )
  .map(read)
  .join('\n');

/** Code of a page: what stands between backquotes, and fenced blocks. */
const codeOf = (text: string): string[] =>
  [...text.matchAll(/^```\S*.*\n([\s\S]*?)^```$|`([^`\n]+)`/gm)].map((match) => match[1] ?? match[2]);

/** Paths of the repository named in code: they begin with one of its folders. */
function pathsIn(text: string): string[] {
  const found = codeOf(text).flatMap(
    (code) => code.match(/(?<![\w./-])(?:lib|test|data|notebooks|\.github)\/[^\s`'")\]},:;]+/g) ?? [],
  );
  return found.map((name) => name.replace(/\.+$/, '')).filter((name) => !/[<>*{]/.test(name) && !isMade(name));
}

/** Made while the workbook is used, never in the repository. */
const isMade = (name: string): boolean => name.startsWith('notebooks/.progress');

/** What is compiled exists where its source does. */
const exists = (name: string): boolean =>
  existsSync(path.join(ROOT, name.replace(/^(lib\/\w+)\/dist\/(.*)\.js$/, '$1/src/$2.ts')));

/** How GitHub makes the address of a heading. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );

/** Links of a page that lead nowhere in the repository. */
function deadLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [name, anchor] = link.split('#');
    const file = name === '' ? page : path.posix.join(path.posix.dirname(page), name);
    return !exists(file) || (anchor !== undefined && !anchors(read(file)).includes(anchor));
  });
}

for (const page of PAGES) {
  describe(page, () => {
    const text = read(page);

    it('names only paths that exist', () =>
      assert.deepEqual(
        pathsIn(text).filter((name) => !exists(name)),
        [],
      ));

    it('names only scripts that exist', () => {
      const named = codeOf(text).flatMap((code) =>
        [...code.matchAll(/\bnpm (?:run )?([\w:-]+)/g)].map((match) => match[1]),
      );
      const ofNpm = ['install', 'ci', 'pack'];
      assert.deepEqual(
        named.filter((name) => !(name in scripts) && !ofNpm.includes(name)),
        [],
      );
    });

    it('links only to what is there', () => assert.deepEqual(deadLinks(page), []));

    it('names only environment variables that the code reads', () => {
      const named = text.match(/\bSCALABLE_INFERENCE_[A-Z0-9_]+\b/g) ?? [];
      assert.deepEqual(
        named.filter((name) => !SOURCES.includes(name)),
        [],
      );
    });
  });
}

describe('the map of rooms', () => {
  it('stands in CONTRIBUTING.md as the linter has it', () => {
    assert.ok(
      read('.github/CONTRIBUTING.md').includes(`\n\n${roomMap()}\n\n`),
      'print it by: node test/tools/room-map.mjs',
    );
  });

  it('is what its command prints', () => {
    const printed = execFileSync(process.execPath, [path.join(ROOT, 'test/tools/room-map.mjs')], { encoding: 'utf8' });
    assert.equal(printed, `${roomMap()}\n`);
  });

  for (const { folder, rooms } of PACKAGES) {
    it(`has every room of lib/${folder}`, () => {
      const entries = readdirSync(path.join(ROOT, 'lib', folder, 'src'), { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      assert.deepEqual(Object.keys(rooms).sort(), folders.sort());
    });
  }
});
