import assert from 'node:assert/strict';
import * as notebook from 'scalable-inference-workbook';
import { PNG } from 'pngjs';

describe('notebook: pictures', () => {
  it('writes PNG files that hold the very pixels, in colour and in grey', () => {
    const colour = PNG.sync.read(notebook.encodePng({ pixels: [1, 2, 3, 250, 251, 252], shape: [1, 2, 3] }));
    assert.deepEqual([...colour.data], [1, 2, 3, 255, 250, 251, 252, 255]);
    const grey = PNG.sync.read(notebook.encodePng({ pixels: [7, 200], shape: [2, 1, 1] }));
    assert.deepEqual([grey.width, grey.height, ...grey.data], [1, 2, 7, 7, 7, 255, 200, 200, 200, 255]);
  });

  it('shows labels as text, not as markup', () => {
    const bundle = notebook.picturesBundle([{ pixels: [0], shape: [1, 1, 1], label: '<b>cat' }], {
      title: 'T',
      caption: 'C',
    });
    assert.match(bundle['text/html'] as string, /&lt;b&gt;cat<\/figcaption>/);
    assert.match(bundle['text/plain'], /T\nC\n<b>cat/);
  });

  it('names the shape when values and shape do not fit', () => {
    assert.throws(
      () => notebook.encodePng({ pixels: [1, 2], shape: [1, 1, 3] }),
      /\[1, 1, 3\] needs .* 3 values, got 2/,
    );
  });
});
