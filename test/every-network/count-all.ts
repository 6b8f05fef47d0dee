/** Builds and counts every published network, and prints what that took: `{ seconds, megabytes, parameters }`. */
import { existsSync, readFileSync } from 'node:fs';
import { measure, models } from 'scalable-inference';
import { PUBLISHED } from './plan';

/** What `resourceUsage` says begins with the memory of the process that started this one; Linux knows this one's own. */
function peakKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const own = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return own ? Number(own[1]) : process.resourceUsage().maxRSS;
}

const start = process.cpuUsage();
let parameters = 0;
for (const name of PUBLISHED) {
  const net = models.create(name, { seed: 0 });
  for (const convention of measure.CONVENTIONS) {
    const { params } = measure.complexity(net, [1, ...models.describe(name).inputShape], { convention });
    if (convention === 'macs') parameters += params;
  }
  net.dispose();
}
const { user, system } = process.cpuUsage(start);
const megabytes = peakKilobytes() / 1024;
console.log(JSON.stringify({ seconds: (user + system) / 1e6, megabytes, parameters }));
