// Runs the set-up's own step of small files in a folder: `node jupyter-step.mjs FOLDER`.
import path from 'node:path';
import { runSteps } from '../../../lib/inference/setup/engine.mjs';
import { jupyterStep } from '../../../lib/setup/steps/jupyter.mjs';

const [root] = process.argv.slice(2);
const home = { prefix: path.join(root, '.venv') };
const machine = { root, env: process.env, home, plan: { variant: 'cpu', reason: 'none' }, cards: [], host: {} };
await runSteps([jupyterStep(machine)], { root, say: () => {} });
