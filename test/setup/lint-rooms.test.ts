import assert from 'node:assert/strict';
import * as path from 'node:path';
import { complaintAbout } from '../tools/lint-rooms.mjs';

const file = (name: string): string => path.resolve(__dirname, '../../lib', name);

describe('the direction of imports between rooms', () => {
  it('is downwards', () => {
    assert.equal(complaintAbout(file('inference/src/prune/several.ts'), '../nn'), undefined);
    assert.match(
      complaintAbout(file('inference/src/nn/module.ts'), '../prune/remove') ?? '',
      /nn may not import from prune/,
    );
    assert.match(
      complaintAbout(file('inference/src/nn/ops/conv.ts'), '../../graph') ?? '',
      /nn may not import from graph/,
    );
    assert.match(
      complaintAbout(file('workbook/src/display/html.ts'), '../course') ?? '',
      /display may not import from course/,
    );
  });

  it('does not mistake a folder inside a room for a room of the same name', () => {
    assert.equal(complaintAbout(file('inference/src/prune/sparse/file.ts'), './files'), undefined);
  });

  it('keeps the library and the runner free of each other and of the workbook', () => {
    assert.match(complaintAbout(file('runner/src/run/all.ts'), 'scalable-inference') ?? '', /runner may not import/);
    assert.match(
      complaintAbout(file('inference/src/nn/module.ts'), 'tslab-runner/ipynb') ?? '',
      /inference may not import/,
    );
    assert.match(complaintAbout(file('runner/src/run/all.ts'), '../../../inference/src/files') ?? '', /by its name/);
    assert.equal(complaintAbout(file('workbook/src/exercise/store.ts'), 'tslab-runner/ipynb'), undefined);
    assert.equal(complaintAbout(file('workbook/src/course/index.ts'), 'scalable-inference'), undefined);
  });

  it('keeps tfjs to backend and tslab to display', () => {
    assert.match(complaintAbout(file('inference/src/nn/module.ts'), '@tensorflow/tfjs') ?? '', /Only backend/);
    assert.equal(complaintAbout(file('inference/src/backend/tf.ts'), '@tensorflow/tfjs'), undefined);
    assert.match(complaintAbout(file('runner/src/cli.ts'), 'tslab') ?? '', /Only display/);
  });

  it('leaves files outside the rooms alone', () => {
    assert.equal(complaintAbout(file('inference/src/index.ts'), './nn'), undefined);
    assert.equal(complaintAbout(__filename, '../../lib/inference/src/nn'), undefined);
  });
});
