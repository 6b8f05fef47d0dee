/**
 * The published networks and what surrounds them: `npm run bench -- zoo [PART]`. A part is a file of the folder `zoo`
 * that exports `part()`.
 */
import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { backend } from 'scalable-inference';
import { describeConditions } from './machine';

const FOLDER = path.join(__dirname, 'zoo');

export async function bench([wanted]: readonly string[]): Promise<void> {
  const known = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'));
  if (wanted && !known.includes(wanted)) throw new Error(`There is no part '${wanted}'. Known: ${known.join(', ')}.`);
  await backend.ready();
  for (const line of await describeConditions()) console.log(line);
  for (const name of wanted ? [wanted] : known) {
    console.log(`\n## ${name}`);
    const { part } = require(path.join(FOLDER, `${name}.ts`)) as { part(): Promise<void> };
    await part();
  }
}
