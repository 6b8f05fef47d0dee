import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { MACHINES } from './support/machines';
import { type Outcome, simulate } from './support/simulate';

const golden = path.join(__dirname, 'golden');

/** What is kept of a machine: what the set-up said where it ran, how it compiled, the doctor's table. */
function textOf({ said, compilerArguments, table }: Outcome): string {
  const parts = [said.join('\n'), compilerArguments.join(' '), table].filter(Boolean);
  return `${parts.join('\n\n')}\n`;
}

/** `UPDATE_GOLDEN=1 npm test -- mocha test/setup/machines.test.ts` writes the tables anew. */
describe('the set-up and the doctor on a simulated machine', () => {
  for (const [name, simulated] of Object.entries(MACHINES)) {
    it(name, async () => {
      const text = textOf(await simulate(simulated));
      const file = path.join(golden, `${name}.txt`);
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
      assert.ok(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 writes it`);
      assert.equal(text, readFileSync(file, 'utf8'));
    });
  }
});
