// `npm run doctor`: what was found, what it is used for, what to do. Ends with 1 only where nothing would work.
import { report } from '../inference/setup/findings.mjs';
import { examine } from './findings.mjs';
import { inspectMachine } from './machine.mjs';
import { main } from './prepare.mjs';

await main(async () => {
  const machine = await inspectMachine();
  return report(machine, await examine(machine));
});
