import { isObject, type Json, type MimeBundle, type Output } from '../../ipynb';
import { type Library } from './assets';
import { chartExcess } from './limits';
import { pictureAddress } from './picture';
import { markdownHtml, safeHtml, terminalHtml } from './text';
import { escapeMarkup } from '../escape';

/** An output as HTML and the library that draws it, if one does. */
export interface RenderedOutput {
  html: string;
  library?: Library;
}

type Renderer = (value: Json) => RenderedOutput;

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
const chart =
  (library: Library): Renderer =>
  (value) => {
    const excess = chartExcess(library, value);
    if (excess !== undefined) return { html: `<p>A chart that is not drawn here: ${escapeMarkup(excess)}.</p>` };
    return { library, html: chartElement(library, value) };
  };
const picture =
  (mime: string): Renderer =>
  (value) => ({ html: pictureElement(mime, text(value)) });
const svg: Renderer = (value) => ({
  html: `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(text(value)).toString('base64')}">`,
});

/** Richest first: of a bundle's representations the first match is shown. */
const RENDERERS: readonly [RegExp, Renderer][] = [
  [/^application\/vnd\.vega(lite)?\.v\d+\+json$/, chart('vega')],
  [/^application\/vnd\.plotly\.v1\+json$/, chart('plotly')],
  [/^text\/html$/, (value) => ({ html: safeHtml(text(value)) })],
  [/^text\/markdown$/, (value) => ({ html: markdownHtml(text(value)) })],
  [/^image\/svg\+xml$/, svg],
  [/^image\/png$/, picture('image/png')],
  [/^image\/jpeg$/, picture('image/jpeg')],
  [/^image\/gif$/, picture('image/gif')],
  [/^text\/plain$/, (value) => ({ html: `<pre>${terminalHtml(text(value))}</pre>` })],
  [/^application\/json$/, (value) => ({ html: `<pre>${escapeMarkup(text(value))}</pre>` })],
];

/** Renders one output of a cell. */
export function renderOutput(output: Output): RenderedOutput {
  switch (output.output_type) {
    case 'stream':
      return { html: `<pre class="${output.name}">${terminalHtml(output.text)}</pre>` };
    case 'error':
      return {
        html: `<pre class="stderr">${terminalHtml([`${output.ename}: ${output.evalue}`, ...output.traceback].join('\n'))}</pre>`,
      };
    default:
      return renderBundle(output.data);
  }
}

function renderBundle(data: MimeBundle): RenderedOutput {
  for (const [pattern, render] of RENDERERS) {
    const mime = Object.keys(data).find((name) => pattern.test(name));
    if (mime !== undefined) return render(data[mime]);
  }
  const record = Object.entries(data).find(([mime, value]) => mime.endsWith('+json') && isObject(value));
  return {
    html: record
      ? `<pre>${escapeMarkup(text(record[1]))}</pre>`
      : `<p>An output of type ${escapeMarkup(Object.keys(data).join(', '))}.</p>`,
  };
}

function pictureElement(mime: string, value: string): string {
  const source = pictureAddress(mime, value);
  return source === undefined ? `<p>A picture whose data are not base64.</p>` : `<img alt="" src="${source}">`;
}

/** A chart's element. `usermeta` holds options for the program that draws, which are the page's alone. */
function chartElement(library: Library, value: Json): string {
  const { usermeta: _, ...spec } = isObject(value) ? value : {};
  const json = JSON.stringify(spec).replace(/</g, '\\u003c');
  return `<div data-chart="${library}"><script type="application/json">${json}</script></div>`;
}
