import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { describeWithShared, sharedPath } from '../support/shared';
import { assertReads } from '../support/torch-files';

describeWithShared('files that torch wrote, in the folder of large data', 'golden/pt', () => {
  const folder = sharedPath('golden/pt');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.pt'))) {
    it(`reads ${name} as torch does`, () => assertReads(path.join(folder, name)));
  }
});
