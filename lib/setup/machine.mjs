import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvironmentList } from './environment-list.mjs';
import { findCompiler } from './find.mjs';
import { findCards } from './nvidia.mjs';
import { ROOT } from './paths.mjs';
import { planFor } from './plan.mjs';
import { choosePythonHome } from './python-home.mjs';

/** What is known of this machine, and what that means for the set-up. Quick: starts at most `nvidia-smi`. */
export async function inspectMachine({ root = ROOT, env = process.env } = {}) {
  const list = parseEnvironmentList(readFileSync(path.join(root, 'environment.yml'), 'utf8'));
  const cards = await findCards(env);
  const compiler = findCompiler(env);
  const plan = planFor({ platform: process.platform, arch: process.arch, cards, compiler, list });
  const home = choosePythonHome({ root, env, requirements: [...plan.python, plan.tensorflow] });
  return { root, env, list, cards, compiler, plan, home };
}
