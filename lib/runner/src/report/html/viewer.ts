/** Longest time a chart may compute before the page gives it up, in ms. */
const CHART_TIMEOUT_MS = 15_000;

/**
 * The script of the worker in which a Vega chart is computed once before the page draws it: one that never ends can be
 * ended there, while in the page it would hang the tab.
 */
const TRIAL_SCRIPT = `
  onmessage = async ({ data: spec }) => {
    try {
      const isLite = String(spec.$schema).includes('vega-lite');
      const parsed = vega.parse(isLite ? vegaLite.compile(spec).spec : spec, {}, { ast: true });
      const loader = { load: async () => { throw new Error('charts of this page load nothing'); } };
      const view = new vega.View(parsed, { renderer: 'none', expr: vegaInterpreter.expressionInterpreter, loader });
      await view.runAsync();
      view.finalize();
      postMessage({});
    } catch (error) {
      postMessage({ error: error.message });
    }
  };`;

/**
 * The script inside each page, as text: unpacks the libraries that the page carries and draws its charts. It runs from a
 * file without a network, which the page's content security policy enforces. It keeps everything in its own scope and
 * takes elements by attributes that outputs cannot have, so that no name or id in an output reaches it.
 */
export const VIEWER_SCRIPT = `
(async () => {
  const address = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  };
  const load = (source) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.onload = resolve;
      script.onerror = () => reject(new Error('a library of this page could not be loaded'));
      script.src = source;
      document.head.append(script);
    });
  const libraries = {};
  for (const element of document.querySelectorAll('script[data-library]')) {
    const source = await unpack(element.textContent);
    (libraries[element.dataset.library] ??= []).push(source);
    await load(address(source));
  }
  // A worker of a page without an origin can load nothing: it gets everything in one script.
  let trialScript;
  let worker;
  const attempt = (spec) =>
    new Promise((resolve, reject) => {
      trialScript ??= address([...libraries.vega, ${JSON.stringify(TRIAL_SCRIPT)}].join('\\n;'));
      worker ??= new Worker(trialScript);
      const late = setTimeout(() => {
        worker.terminate();
        worker = undefined;
        reject(new Error('it took longer than ${CHART_TIMEOUT_MS / 1000} s and was cut off'));
      }, ${CHART_TIMEOUT_MS});
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data: { error } }) => {
        clearTimeout(late);
        error === undefined ? resolve() : reject(new Error(error));
      };
      worker.postMessage(spec);
    });
  const draw = {
    vega: async (target, spec) => {
      await attempt(spec);
      await vegaEmbed(target, spec, { actions: false, renderer: 'svg', ast: true });
    },
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
  worker?.terminate();
  document.documentElement.dataset.ready = 'true';
})();
`;
