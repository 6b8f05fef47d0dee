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

  it('colours the parts of a picture by how much they count', () => {
    const picture = { pixels: new Array<number>(4 * 4).fill(100), shape: [4, 4, 1] as const, label: 'cat' };
    const { pixels, shape, label } = notebook.heatOver(picture, { values: [0, 1, 2, 8], rows: 2, columns: 2 }, 0);
    assert.deepEqual([shape, label], [[4, 4, 3], 'cat']);
    const at = (y: number, x: number): number[] => Array.from(pixels).slice((y * 4 + x) * 3, (y * 4 + x) * 3 + 3);
    assert.deepEqual(
      [at(0, 0), at(1, 1), at(0, 2), at(3, 3)],
      [
        [68, 1, 84],
        [68, 1, 84],
        [71, 45, 123],
        [253, 231, 37],
      ],
    );
    assert.throws(
      () => notebook.heatOver(picture, { values: [1], rows: 2, columns: 2 }),
      /2 x 2 needs 4 values, got 1/,
    );
  });
});
