/** Draws the pictures of the notebooks again: `node --import tsx data/figures/draw.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIGURES, FOLDER } from './index';

mkdirSync(FOLDER, { recursive: true });
for (const [name, draw] of Object.entries(FIGURES)) writeFileSync(path.join(FOLDER, name), draw());
