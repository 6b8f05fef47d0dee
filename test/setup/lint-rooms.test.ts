import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { complaintAbout, INNER_ROOMS } from '../tools/lint-rooms.mjs';
import { PACKAGES } from '../tools/room-map.mjs';

const file = (name: string): string => path.resolve(__dirname, '../../lib', name);

describe('imports between rooms', () => {
  it('point downwards', () => {
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

  it('go through the index of a room', () => {
    assert.match(
      complaintAbout(file('inference/src/prune/several.ts'), '../nn/module') ?? '',
      /Enter nn through its index, not by nn\/module\./,
    );
    assert.match(
      complaintAbout(file('inference/src/quantize/convert/report.ts'), '../../graph/session.js') ?? '',
      /Enter graph through its index/,
    );
    for (const door of ['../nn', '../nn/index', '../nn/index.js', '../check'])
      assert.equal(complaintAbout(file('inference/src/prune/several.ts'), door), undefined, door);
  });

  it('may go straight to the operations of nn, and no further', () => {
    assert.equal(complaintAbout(file('inference/src/graph/trace.ts'), '../nn/ops'), undefined);
    assert.match(complaintAbout(file('inference/src/graph/trace.ts'), '../nn/ops/conv') ?? '', /not by nn\/ops\/conv/);
  });

  it('follow the same rules between the rooms of a room', () => {
    const inside = (from: string, imported: string): string =>
      complaintAbout(file(`inference/src/quantize/${from}`), imported) ?? '';
    assert.equal(inside('convert/build.ts', '../ops'), '');
    assert.equal(inside('convert/build.ts', './report'), '');
    assert.equal(inside('index.ts', './numbers'), '');
    assert.match(inside('convert/build.ts', '../numbers/dtype'), /Enter numbers through its index/);
    assert.match(inside('weight-file.ts', './numbers/groups'), /Enter numbers through its index/);
    assert.match(inside('convert/convert.ts', '../training'), /convert may not import from training/);
  });

  it('are checked for rooms that exist', () => {
    const folders = PACKAGES.flatMap(({ folder, rooms }) =>
      Object.keys(rooms).map((room) => file(`${folder}/src/${room}`)),
    );
    const inner = Object.entries(INNER_ROOMS).flatMap(([room, rooms]) =>
      rooms.map((each) => file(`inference/src/${room}/${each}`)),
    );
    for (const folder of [...folders, ...inner]) assert.ok(existsSync(folder), folder);
  });

  it('do not mistake a folder inside a room for a room of the same name', () => {
    assert.equal(complaintAbout(file('inference/src/prune/sparse/file.ts'), './files'), undefined);
  });

  it('keep the library and the runner free of each other and of the workbook', () => {
    assert.match(complaintAbout(file('runner/src/run/all.ts'), 'scalable-inference') ?? '', /runner may not import/);
    assert.match(
      complaintAbout(file('inference/src/nn/module.ts'), 'tslab-runner/ipynb') ?? '',
      /inference may not import/,
    );
    assert.match(complaintAbout(file('runner/src/run/all.ts'), '../../../inference/src/files') ?? '', /by its name/);
    assert.equal(complaintAbout(file('workbook/src/exercise/store.ts'), 'tslab-runner/ipynb'), undefined);
    assert.equal(complaintAbout(file('workbook/src/course/index.ts'), 'scalable-inference'), undefined);
  });

  it('keep tfjs to backend and tslab to display', () => {
    assert.match(complaintAbout(file('inference/src/nn/module.ts'), '@tensorflow/tfjs') ?? '', /Only backend/);
    assert.equal(complaintAbout(file('inference/src/backend/tf.ts'), '@tensorflow/tfjs'), undefined);
    assert.match(complaintAbout(file('runner/src/cli.ts'), 'tslab') ?? '', /Only display/);
  });

  it('leave files outside the rooms alone', () => {
    assert.equal(complaintAbout(file('inference/src/index.ts'), './nn'), undefined);
    assert.equal(complaintAbout(__filename, '../../lib/inference/src/nn'), undefined);
  });
});
