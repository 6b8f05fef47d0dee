// `npm run doctor`: what was found, what it is used for, what to do. Ends with 1 only where nothing would work.
import { examine } from './findings.mjs';
import { inspectMachine } from './machine.mjs';
import { main } from './prepare.mjs';
import { formatTable } from './table.mjs';

await main(async () => {
  const machine = await inspectMachine();
  const findings = await examine(machine);
  const rows = findings.map(({ part, found, usedFor, todo }) => [part, found, usedFor, todo || 'ok']);
  console.log(formatTable(['What', 'Found', 'Used for', 'What to do'], rows));
  console.log(`\nTensorFlow: ${machine.plan.tensorflow}, because ${machine.plan.reason}.`);
  if (machine.home.note) console.log(machine.home.note);
  const fatal = findings.filter((finding) => finding.fatal);
  if (fatal.length > 0) console.log(`Nothing works without: ${fatal.map(({ part }) => part).join(', ')}.`);
  return fatal.length > 0 ? 1 : 0;
});
