/**
 * The script inside each page, as text: unpacks the libraries the page carries and draws its charts. It runs from a
 * file without a network, which the page's content security policy enforces.
 */
export const VIEWER_SCRIPT = `
(async () => {
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  };
  for (const element of document.querySelectorAll('script[data-library]')) (0, eval)(await unpack(element.textContent));
  const draw = {
    vega: (target, spec) => vegaEmbed(target, spec, { actions: false, renderer: 'svg' }),
    plotly: (target, { data, layout = {}, config }) =>
      Plotly.newPlot(target, data, layout, { ...config, responsive: true, displaylogo: false }),
  };
  for (const target of document.querySelectorAll('[data-chart]')) {
    try {
      await draw[target.dataset.chart](target, JSON.parse(target.querySelector('script').textContent));
      target.dataset.drawn = 'true';
    } catch (error) {
      target.dataset.drawn = 'false';
      target.append('This chart could not be drawn: ' + error.message);
    }
  }
  document.documentElement.dataset.ready = 'true';
})();
`;
