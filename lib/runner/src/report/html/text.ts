import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { escapeMarkup } from '../escape';
import { formulaSyntax, MATHML } from './formulas';
import { type Pictures } from './pictures';

/** Text of a terminal without its colour codes, escaped. */
export function terminalHtml(text: string): string {
  return escapeMarkup(text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, ''));
}

const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...sanitizeHtml.defaults.allowedTags,
    'img',
    'details',
    'summary',
    'progress',
    'meter',
    'del',
    'ins',
    'h1',
    'h2',
    ...MATHML.tags,
  ],
  allowedAttributes: {
    '*': ['class', 'style', 'title', 'align', 'colspan', 'rowspan', 'scope', 'role', 'aria-*'],
    a: ['href', 'id'],
    img: ['src', 'alt', 'width', 'height'],
    progress: ['value', 'max'],
    meter: ['value', 'min', 'max', 'low', 'high', 'optimum'],
    details: ['open'],
    ...Object.fromEntries(MATHML.tags.map((tag) => [tag, MATHML.attributes])),
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
};

/** HTML without scripts, handlers, forms, frames and pictures from elsewhere. */
export function safeHtml(html: string): string {
  return sanitizeHtml(html, ALLOWED);
}

/**
 * Markdown (GitHub's flavour, with formulas in LaTeX) as safe HTML.
 *
 * @param pictures makes data URLs of the pictures that the text names; others are left out by the page's policy
 */
export function markdownHtml(markdown: string, pictures: Pictures = () => undefined): string {
  const parser = new Marked(formulaSyntax(), {
    gfm: true,
    walkTokens: (token) => {
      if (token.type === 'image') token.href = pictures(decodeURIComponent(token.href as string)) ?? token.href;
    },
  });
  return safeHtml(parser.parse(markdown, { async: false }));
}
