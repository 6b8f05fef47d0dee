/**
 * `npm run bench [-- TOPIC [ARGUMENT...]]`: runs one benchmark, or all of them. A topic is a file of this folder that
 * exports `bench(args)`.
 */
import { readdirSync } from 'node:fs';
import * as path from 'node:path';

interface Topic {
  bench?(args: readonly string[]): Promise<void>;
}

const HELPERS = new Set(['main', 'machine', 'reference', 'table']);

function topics(): string[] {
  const names = readdirSync(__dirname).filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
  return names.filter((name) => !HELPERS.has(name)).sort();
}

async function main([wanted, ...args]: readonly string[]): Promise<void> {
  const known = topics();
  if (wanted && !known.includes(wanted)) throw new Error(`There is no benchmark '${wanted}'. Known: ${known.join(', ')}.`);
  for (const name of wanted ? [wanted] : known) {
    console.log(`\n# ${name}`);
    const { bench } = require(path.join(__dirname, `${name}.ts`)) as Topic;
    if (!bench) throw new Error(`${name}.ts exports no function 'bench'.`);
    await bench(args);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
