import * as assert from 'node:assert/strict';
import { measure, models } from 'scalable-inference';
import { sum, withModel } from './support';

function lenet(): measure.Complexity {
  const net = models.create('lenet', { seed: 0 });
  const result = measure.complexity(net, [2, 28, 28, 1]);
  net.dispose();
  return result;
}
const column = (csv: string, name: string): string[] => {
  const [head, ...lines] = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((line) => line[head.indexOf(name)]);
};

describe('complexity as text', () => {
  it('CSV holds exact numbers, whose columns add up', () => {
    const result = lenet();
    const csv = measure.toCsv(result);
    for (const key of ['params', 'macs', 'activations', 'bytes'] as const)
      assert.equal(sum(column(csv, key).map(Number)), result[key]);
    assert.deepEqual(column(csv, 'outputShape').slice(0, 2), ['2x10', '2x28x28x6']);
    assert.equal(
      csv.split('\n')[0],
      'path,type,depth,outputShape,calls,params,nonzero,macs,flops,share,activations,bytes,intensity',
    );
  });

  it('the table adds up too, and a tree is indented and can be cut', () => {
    const text = measure.toText(lenet());
    const column4 = text
      .split('\n')
      .filter((line) => /Conv2d|Linear/.test(line))
      .map((line) => Number(line.split(/ {2,}/)[4].replaceAll(',', '')));
    assert.equal(sum(column4), 833_040);
    assert.match(text, /total +61,706 +833,040/);
    withModel('resnet18', (net) => {
      const tree = measure.toText(measure.complexity(net, [1, 64, 64, 3]), { view: 'tree', depth: 1 });
      assert.match(tree, /\n {2}layer1 +Sequential +1x16x16x64 +147,968/);
      assert.doesNotMatch(tree, /conv2/);
    });
  });

  it('rows of a view are those of the result', () => {
    const result = lenet();
    assert.deepEqual(measure.viewRows(result), result.rows);
    assert.deepEqual(
      measure.viewRows(result, { view: 'tree', depth: 0 }).map(({ path, macs }) => [path, macs]),
      [['', result.macs]],
    );
    assert.equal('children' in measure.viewRows(result, { view: 'tree' })[0], false);
  });
});
