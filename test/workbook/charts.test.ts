import assert from 'node:assert/strict';

import { charts, display, plotly } from 'scalable-inference-workbook';

const rows = ['cnn', 'transformer'].flatMap((family, at) =>
  [1, 2, 3, 4].map((step) => ({
    family,
    name: `${family}-${step}`,
    macs: step * 1e9,
    'time.ms': 10 * step * (at + 1),
    low: 9 * step * (at + 1),
    high: 11 * step * (at + 1),
  })),
);
type Sample = (typeof rows)[number];
const text = { title: 'Time against work', caption: 'Transformers take twice the time.' };
const x: charts.Channel<Sample> = { field: 'macs', title: 'multiply-adds', scale: 'log' };
const y: charts.Channel<Sample> = { field: 'time.ms', title: 'time (ms)' };
const color: charts.Channel<Sample> = { field: 'family', title: 'family' };

const kinds: Record<string, () => charts.Chart> = {
  scatter: () => charts.scatter(rows, { ...text, x, y, color, select: 'legend', label: 'name' }),
  'scatter with annotations': () =>
    charts.scatter(rows, {
      ...text,
      x,
      y,
      size: { field: 'low', title: 'least (ms)' },
      select: 'zoom',
      annotations: [
        charts.rule({ axis: 'y', value: 30, label: 'goal' }),
        charts.segment({ from: [1e9, 10], to: [4e9, 40] }),
        charts.note({ x: 2e9, y: 20, text: 'here' }),
      ],
    }),
  bar: () =>
    charts.bar(rows, {
      ...text,
      x: { field: 'name', title: 'network' },
      y,
      color,
      spread: { low: 'low', high: 'high' },
      values: true,
    }),
  line: () => charts.line(rows, { ...text, x, y, color, band: { low: 'low', high: 'high' } }),
  histogram: () => charts.histogram(rows, { ...text, x: y, countTitle: 'networks', bins: 5 }),
  heatmap: () =>
    charts.heatmap(rows, {
      ...text,
      x: color,
      y: { field: 'macs', title: 'multiply-adds' },
      color: { field: 'low', title: 'ms' },
    }),
  facet: () => charts.facet(charts.scatter(rows, { ...text, x, y }), { ...text, by: color }),
  layer: () =>
    charts.layer([charts.line(rows, { ...text, x, y, color }), charts.scatter(rows, { ...text, x, y, color })], text),
  'linked charts': () =>
    charts.beside([charts.scatter(rows, { ...text, x, y, color }), charts.bar(rows, { ...text, x: color, y })], {
      ...text,
      linked: true,
    }),
};

/** Drawn marks, found by the roles that Vega writes into its SVG. */
function marks(svg: string): number {
  return (svg.match(/aria-roledescription="(?:point|bar|line mark|rect mark|symbol|rule)/g) ?? []).length;
}

describe('notebook charts', () => {
  for (const [kind, make] of Object.entries(kinds)) {
    it(`${kind}: compiles without a warning and draws marks, title, axis titles and caption`, async () => {
      const chart = make();
      assert.deepEqual((await charts.compileSpec(chart.spec)).warnings, []);
      const svg = await chart.svg();
      assert.ok(marks(svg) >= 2, `only ${marks(svg)} marks`);
      assert.match(svg, />Time against work</);
      assert.match(svg, /Transformers take twice the time\./);
      assert.match(svg, />(time \(ms\)|family|ms)</);
    });
  }

  it('shows points, of their own size, in the legend of points over lines', async () => {
    const symbols = (svg: string): string[] =>
      [...svg.matchAll(/role-legend-symbol"[^>]*><path[^>]* d="([^"]*)" fill="([^"]*)"/g)].map(([, ...drawn]) =>
        drawn.join(' '),
      );
    const [alone, over] = [await charts.scatter(rows, { ...text, x, y, color }).svg(), await kinds.layer().svg()];
    assert.equal(symbols(alone).length, 2);
    assert.deepEqual(symbols(over), symbols(alone));
  });

  it('draws one mark a row, and none for a value that is not finite', async () => {
    const broken = [...rows, { ...rows[0], 'time.ms': NaN }];
    const count = async (data: Sample[]) =>
      (await charts.scatter(data, { ...text, x, y }).svg()).match(/roledescription="point"/g)?.length;
    assert.equal(await count(rows), 8);
    assert.equal(await count(broken), 8);
  });

  it('sends the specification, a picture and words in one output', async () => {
    const outputs = await display.capture(() => charts.scatter(rows, { ...text, x, y }).show());
    assert.equal(outputs.length, 1);
    const { data } = outputs[0].content;
    assert.deepEqual(Object.keys(data).sort(), ['application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain']);
    const spec = data['application/vnd.vegalite.v5+json'] as { $schema: string };
    assert.equal(spec.$schema, 'https://vega.github.io/schema/vega-lite/v5.json');
    assert.equal(JSON.stringify(JSON.parse(JSON.stringify(spec))), JSON.stringify(spec));
  });

  it('redraws in place', async () => {
    const outputs = await display.capture(async () => {
      const into = charts.liveOutput();
      await charts.line(rows.slice(0, 2), { ...text, x, y }).show({ into, picture: false });
      await charts.line(rows, { ...text, x, y }).show({ into });
    });
    assert.deepEqual(
      outputs.map((output) => output.update),
      [false, true],
    );
    assert.equal(outputs[0].content.transient.display_id, outputs[1].content.transient.display_id);
  });

  it('says what is wrong with the input', () => {
    assert.throws(() => charts.scatter([] as Sample[], { ...text, x, y }), /at least one row/);
    assert.throws(() => charts.scatter(rows, { ...text, caption: ' ', x, y }), /expected a caption/);
    assert.throws(() => charts.scatter(rows, { ...text, x: { ...x, title: '' }, y }), /title with its unit/);
    const unknown = { field: 'speed' as 'macs', title: 's' };
    assert.throws(() => charts.scatter(rows, { ...text, x: unknown, y }), /no row has the field 'speed'.*family, name/);
    const zero = [{ ...rows[0], macs: 0 }];
    assert.throws(() => charts.scatter(zero, { ...text, x, y }), /above zero, but 'macs' has 0/);
    assert.throws(() => charts.scatter(rows, { ...text, x, y, select: 'legend' }), /needs a color channel/);
    assert.throws(() => charts.layer([], text), /at least one chart/);
  });
});

describe('notebook plotly figures', () => {
  const grid = {
    ...text,
    x: { title: 'batch size', values: [1, 2, 4] },
    y: { title: 'threads', values: [1, 2] },
    z: [
      [1, 2, 3],
      [2, 3, 4],
    ],
    zTitle: 'time (ms)',
  };
  const figures: Record<string, () => plotly.Figure> = {
    scatter: () => plotly.scatter(rows, { ...text, x, y, color }),
    line: () => plotly.line(rows, { ...text, x, y, color }),
    bar: () => plotly.bar(rows, { ...text, x: { field: 'name', title: 'network' }, y, color }),
    heatmap: () =>
      plotly.heatmap(rows, {
        ...text,
        x: color,
        y: { field: 'macs', title: 'macs' },
        color: { field: 'low', title: 'ms' },
      }),
    surface: () => plotly.surface(grid),
    scatter3d: () => plotly.scatter3d(rows, { ...text, x, y, z: { field: 'low', title: 'least (ms)' }, color }),
  };
  for (const [kind, make] of Object.entries(figures)) {
    it(`${kind}: has data, axis titles and a still picture with marks`, async () => {
      const outputs = await display.capture(() => make().show());
      const { data } = outputs[0].content;
      const figure = data['application/vnd.plotly.v1+json'] as {
        data: { type: string; x: unknown[] }[];
        layout: Record<string, unknown>;
      };
      assert.ok(figure.data.length >= 1 && figure.data.every((trace) => trace.x.length > 0));
      assert.match(JSON.stringify(figure.layout), /multiply-adds|network|batch size|family/);
      assert.ok(marks(data['image/svg+xml'] as string) >= 2);
    });
  }

  it('writes whole values at the ticks of a logarithmic axis', () => {
    const ticksOf = (values: number[]): unknown[] => {
      const { layout } = plotly.scatter(
        values.map((macs) => ({ ...rows[0], macs })),
        { ...text, x, y },
      ).spec;
      return (layout.xaxis as { ticktext: unknown[] }).ticktext;
    };
    assert.deepEqual(ticksOf([0.3, 25]), ['0.1', '0.2', '0.5', '1', '2', '5', '10', '20', '50', '100', '200', '500']);
    assert.deepEqual(ticksOf([2.5e6, 5.5e6]).slice(0, 10), [
      '1M',
      '2M',
      '3M',
      '4M',
      '5M',
      '6M',
      '7M',
      '8M',
      '9M',
      '10M',
    ]);
  });

  it('refuses a surface whose grid does not fit its axes', () => {
    assert.throws(
      () => plotly.surface({ ...grid, z: [[1, 2, 3], [1]] }),
      /expected 3 numbers in every line of z, line 1 has 1/,
    );
    assert.throws(() => plotly.surface({ ...grid, z: [] }), /one line of z for each of the 2 values of y, got 0/);
  });
});
