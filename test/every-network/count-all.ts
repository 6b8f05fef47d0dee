/** Builds and counts every published network, and prints what that took: `{ seconds, megabytes, parameters }`. */
import { measure, models } from 'scalable-inference';
import { PUBLISHED } from './plan';

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
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds: (user + system) / 1e6, megabytes, parameters }));
