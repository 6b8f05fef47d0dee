import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { escapeMarkup, plainText } from '../escape';
import { formulaSyntax, MATHML } from './formulas';
import { type Pictures } from './pictures';

/** Text of a terminal without its codes, escaped. */
export function terminalHtml(text: string): string {
  return escapeMarkup(plainText(text));
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
  transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: harmlessNames(attribs) }) },
};

/** Classes by which the page itself says what happened. */
const OWN_CLASSES = new Set([
  'banner',
  'passed',
  'failed',
  'skipped',
  'not-run',
  'code',
  'source',
  'outputs',
  'meta',
  'stderr',
  'prose',
]);
/** Addresses that readers may follow: of the web, by mail, within the page, or a file beside it. */
const FOLLOWED = /^(https?:\/\/|mailto:|#|(?!\/\/)[^:\\\s\x00-\x1f]+$)/i;
/** Styles that load something; a backslash may hide such a word. */
const LOADS = /url|image|\\|@|expression/i;
/** Ids of outputs begin with this: a browser makes each id a global name, which could take the place of another. */
const ID_PREFIX = 'shown-';

function harmlessNames(attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const { id, class: classes, href, style, ...others } = attributes;
  return {
    ...others,
    ...(style === undefined || LOADS.test(style) ? {} : { style }),
    ...(href !== undefined && FOLLOWED.test(href) ? { href } : {}),
    ...(id === undefined ? {} : { id: ID_PREFIX + id }),
    ...(href?.startsWith('#') ? { href: `#${ID_PREFIX}${href.slice(1)}` } : {}),
    ...(classes === undefined
      ? {}
      : {
          class: classes
            .split(/\s+/)
            .filter((name) => !OWN_CLASSES.has(name))
            .join(' '),
        }),
  };
}

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
