import { marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { escapeMarkup } from '../escape';

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
  ],
  allowedAttributes: {
    '*': ['class', 'style', 'title', 'align', 'colspan', 'rowspan', 'scope', 'role', 'aria-*'],
    a: ['href', 'id'],
    img: ['src', 'alt', 'width', 'height'],
    progress: ['value', 'max'],
    meter: ['value', 'min', 'max', 'low', 'high', 'optimum'],
    details: ['open'],
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
 * Markdown (GitHub's flavour) as safe HTML.
 *
 * @param attachments pictures kept in the cell, by name, as data URLs
 */
export function markdownHtml(markdown: string, attachments: ReadonlyMap<string, string> = new Map()): string {
  const inlined = markdown.replace(/\(attachment:([^)\s]+)/g, (whole, name: string) => {
    const data = attachments.get(decodeURIComponent(name));
    return data === undefined ? whole : `(${data}`;
  });
  return safeHtml(marked.parse(inlined, { async: false, gfm: true }));
}
