import assert from 'node:assert/strict';
import * as path from 'node:path';
import { complaintAbout } from '../../lib/setup/lint-rooms.mjs';

const source = path.resolve(__dirname, '../../lib/src');

describe('the direction of imports between rooms', () => {
  it('is downwards', () => {
    assert.equal(complaintAbout(path.join(source, 'prune/several.ts'), '../nn'), undefined);
    assert.match(complaintAbout(path.join(source, 'nn/module.ts'), '../prune/remove') ?? '', /nn may not import from prune/);
    assert.match(complaintAbout(path.join(source, 'nn/ops/conv.ts'), '../../graph') ?? '', /nn may not import from graph/);
  });

  it('does not mistake a folder inside a room for a room of the same name', () => {
    assert.equal(complaintAbout(path.join(source, 'runner/run/all.ts'), '../notebook'), undefined);
    assert.match(complaintAbout(path.join(source, 'runner/run/all.ts'), '../../notebook') ?? '', /runner may not import from notebook/);
  });

  it('keeps tfjs to backend and tslab to notebook', () => {
    assert.match(complaintAbout(path.join(source, 'nn/module.ts'), '@tensorflow/tfjs') ?? '', /Only backend/);
    assert.equal(complaintAbout(path.join(source, 'backend/tf.ts'), '@tensorflow/tfjs'), undefined);
    assert.match(complaintAbout(path.join(source, 'runner/cli.ts'), 'tslab') ?? '', /Only notebook/);
  });

  it('leaves files outside the rooms alone', () => {
    assert.equal(complaintAbout(path.join(source, 'index.ts'), './notebook'), undefined);
    assert.equal(complaintAbout(__filename, '../../lib/src/notebook'), undefined);
  });
});
