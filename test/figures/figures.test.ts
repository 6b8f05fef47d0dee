import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FIGURES, FOLDER } from '../../data/figures';
import { ratio } from '../support/contrast';

const NOTEBOOKS = path.resolve(FOLDER, '..');
const GROUND = '#ffffff';

describe('the drawn pictures of the notebooks', () => {
  it('are those that their program draws: node --import tsx data/figures/draw.ts', () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), Object.keys(FIGURES).sort());
    for (const [name, draw] of Object.entries(FIGURES))
      assert.equal(readFileSync(path.join(FOLDER, name), 'utf8'), draw(), name);
  });

  it('stand on a card of their own and write so that it can be read there', () => {
    for (const [name, draw] of Object.entries(FIGURES)) {
      const svg = draw();
      assert.match(svg, /<rect x="0.5" y="0.5" width="\d+" height="\d+" rx="8" fill="#ffffff"/, name);
      const inks = [...svg.matchAll(/<text [^>]*fill="(#[0-9a-f]{6})"/g)].map((match) => match[1]);
      assert.ok(inks.length >= 4, name);
      for (const ink of new Set(inks)) assert.ok(ratio(ink, GROUND) >= 4.5, `${name}: ${ink} on white`);
    }
  });

  it('are where the notebooks look for them', () => {
    for (const file of readdirSync(NOTEBOOKS).filter((name) => name.endsWith('.ipynb'))) {
      const named = [...readFileSync(path.join(NOTEBOOKS, file), 'utf8').matchAll(/\]\(figures\/([^)]+)\)/g)];
      for (const [, name] of named) assert.ok(name in FIGURES, `${file} shows ${name}`);
    }
  });
});
