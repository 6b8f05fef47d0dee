/**
 * `npm run bench [-- TOPIC [ARGUMENT...]]`: runs one benchmark, or all of them. A topic is a file of this folder that
 * exports `bench(args)`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

interface Topic {
  bench(args: readonly string[]): Promise<void>;
}

const isTopic = (file: string): boolean =>
  /^export (async )?function bench\b/m.test(readFileSync(path.join(__dirname, file), 'utf8'));

function topics(): string[] {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.ts') && file !== 'main.ts');
  return files
    .filter(isTopic)
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

async function main([wanted, ...args]: readonly string[]): Promise<void> {
  const known = topics();
  if (wanted && !known.includes(wanted))
    throw new Error(`There is no benchmark '${wanted}'. Known: ${known.join(', ')}.`);
  for (const name of wanted ? [wanted] : known) {
    console.log(`\n# ${name}`);
    const { bench } = require(path.join(__dirname, `${name}.ts`)) as Topic;
    await bench(args);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
