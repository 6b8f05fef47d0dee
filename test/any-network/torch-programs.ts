/**
 * Random networks written out as one PyTorch program, which `test/golden/any-network.py` runs:
 *
 *   node --import tsx test/any-network/torch-programs.ts [--seed N] [--count N] > programs.py
 */
import { parseArgs } from 'node:util';
import { generate } from './generate';
import { torchProgram } from './torch';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '50' } },
});
const first = Number(values.seed);
const specs = Array.from({ length: Number(values.count) }, (_, i) => generate(first + i));
console.log('from any_network_modules import *\n\n');
for (const spec of specs) console.log(`${torchProgram(spec)}\n`);
console.log('# Builder of each network, and its spec as JSON.\nNETWORKS = [');
for (const spec of specs) console.log(`    (network_${spec.seed}, r'${JSON.stringify(spec)}'),`);
console.log(']');
