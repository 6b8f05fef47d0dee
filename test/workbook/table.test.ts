import assert from 'node:assert/strict';

import { table, toCsv } from 'scalable-inference-workbook';

const rows = [
  { name: 'a<b', params: 25557032, share: 0.123456, year: null },
  { name: 'c,"d"', params: 3, share: 1e-9, year: 2020 },
];

describe('notebook tables', () => {
  it('aligns numbers to the right, writes units into the headings and escapes text', () => {
    const html = table(rows, { columns: ['name', { field: 'params', title: 'parameters', unit: 'count' }] }).html();
    assert.match(html, /<th[^>]*text-align:right[^>]*>parameters \(count\)</);
    assert.match(html, /<td data-value="25557032" style="text-align:right[^>]*>25,557,032</);
    assert.match(html, />a&lt;b</);
    assert.doesNotMatch(html, /<script/);
  });

  it('adds a script only to long tables or when asked, and never an address', () => {
    const long = Array.from({ length: 12 }, (_, at) => ({ at }));
    assert.match(table(long).html(), /<script>/);
    assert.match(table(rows, { interactive: true }).html(), /<script>/);
    assert.doesNotMatch(table(long).html(), /https?:|src=/);
  });

  it('has aligned plain text for terminals', () => {
    const lines = table(rows, { columns: ['name', 'params'] })
      .text()
      .split('\n');
    assert.deepEqual(lines, ['name   parameters', 'a<b    25,557,032', 'c,"d"           3']);
  });

  it('writes CSV in full precision, quoted where needed', () => {
    assert.equal(toCsv(rows), 'name,params,share,year\r\na<b,25557032,0.123456,\r\n"c,""d""",3,1e-9,2020\r\n');
    assert.equal(table(rows, { columns: ['params'] }).csv(), 'params\r\n25557032\r\n3\r\n');
  });

  it('writes numbers with as many decimals as asked for, by field or by column', () => {
    const times = [
      { ms: 3101.26, share: 0.5, gain: 1 },
      { ms: null, share: NaN, gain: 22.25 },
    ];
    const text = table(times, {
      columns: ['ms', 'share', { field: 'gain', digits: 2 }],
      digits: { ms: 1, gain: 0 },
    }).text();
    assert.deepEqual(text.split('\n').slice(1), ['  3,101.3    0.5   1.00', '             NaN  22.25']);
  });

  it('writes the numbers of a column alike, booleans as words, and drops what is empty', () => {
    const measured = [
      { layerName: 'a', ms: 3101.26, share: 1.5, gain: (3.14159).toFixed(1), isInt: true, why: '' },
      { layerName: 'b', ms: 21586.4, share: 12.25, gain: '-2 %', isInt: false, why: null },
    ];
    assert.deepEqual(table(measured).text().split('\n'), [
      'layer name  time (ms)  share  gain  is int',
      'a               3,101   1.50   3.1  yes',
      'b              21,586  12.25  -2 %  no',
    ]);
    assert.match(table(measured).html(), /<td data-value="-2" style="text-align:right/);
    const tiny = [{ error: 0.00001234 }, { error: 1234.5 }, { error: 0 }];
    assert.deepEqual(table(tiny).text().split('\n').slice(1), ['1.234e-5', '   1,235', '       0']);
    assert.deepEqual(
      table([{ acc1: 76.13 }, { acc1: 80.858 }])
        .text()
        .split('\n'),
      ['top-1 accuracy (%)', '             76.13', '             80.86'],
    );
  });

  it('names fields that do not exist and what is no list', () => {
    assert.throws(
      () => table(rows, { columns: ['speed' as 'name'] }),
      /no row has the field 'speed'; the rows have name, params/,
    );
    assert.throws(() => table('x' as unknown as typeof rows), /expected an array of rows, got string/);
  });
});
