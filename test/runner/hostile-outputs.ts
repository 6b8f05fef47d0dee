/**
 * Outputs that try to run script in the page of a run, to reach another machine, to leave the page, or to cover it: the
 * kinds that the tests of HTML sanitizers are made of, combined by a generator.
 */
export interface HostileOutput {
  mime: string;
  value: string;
}

/** What an attack runs when it succeeds. */
const PAYLOAD = 'document.documentElement.dataset.pwned=1';
/** A place that pages ask for when an attack succeeds. */
export const ELSEWHERE = 'https://attack.invalid';

const TAGS = [
  'a',
  'b',
  'img',
  'svg',
  'video',
  'audio',
  'body',
  'details',
  'input',
  'iframe',
  'object',
  'math',
  'style',
  'table',
  'form',
  'marquee',
];
const HANDLERS = ['onclick', 'onerror', 'onload', 'ontoggle', 'onmouseover', 'onfocus', 'onanimationstart', 'onbegin'];
const QUOTES = ['"', "'", ''];

function* handlers(): Generator<string> {
  for (const tag of TAGS) {
    for (const handler of HANDLERS) {
      const quote = QUOTES[(TAGS.indexOf(tag) + HANDLERS.indexOf(handler)) % QUOTES.length];
      yield `<${tag} ${handler}=${quote}${PAYLOAD}${quote} src=x href=#x open autofocus tabindex=0>text</${tag}>`;
    }
  }
}

const ADDRESSES = [
  `javascript:${PAYLOAD}`,
  `JaVaScRiPt:${PAYLOAD}`,
  `java\tscript:${PAYLOAD}`,
  `\u0001javascript:${PAYLOAD}`,
  ` javascript:${PAYLOAD}`,
  `&#106;avascript:${PAYLOAD}`,
  `&#x6A;avascript&colon;${PAYLOAD}`,
  `vbscript:${PAYLOAD}`,
  `data:text/html,<script>opener.${PAYLOAD}</script>`,
  `data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+`,
  `blob:null/1`,
  `//attack.invalid/x`,
];
const ADDRESSED = [
  'a href',
  'area href',
  'form action',
  'button formaction',
  'iframe src',
  'embed src',
  'object data',
  'base href',
  'link rel=stylesheet href',
  'img src',
  'image href',
  'use href',
  'video poster',
  'meta http-equiv=refresh content',
];

function* addresses(): Generator<string> {
  for (const place of ADDRESSED) {
    for (const address of ADDRESSES) {
      const [tag] = place.split(' ');
      // Links to other pages are for readers to follow; all else must not leave.
      if (place === 'a href' && address.startsWith('//')) continue;
      yield `<${place}="${address}">click</${tag}>`;
    }
  }
}

const WRAPPERS: readonly ((inner: string) => string)[] = [
  (inner) => `<svg><style>${inner}</style></svg>`,
  (inner) => `<math><mtext><table><mglyph><style><!--</style>${inner}`,
  (inner) => `<noscript><p title="</noscript>${inner}"></noscript>`,
  (inner) => `<!--><img title="-->${inner}">`,
  (inner) => `<form><math><mtext></form><form><mglyph><style></math>${inner}`,
  (inner) => `<textarea></textarea>${inner}<textarea>`,
  (inner) => `<title></title>${inner}`,
  (inner) => `<template>${inner}</template>`,
  (inner) => `<xmp><p title="</xmp>${inner}">`,
  (inner) => `<svg><foreignObject>${inner}</foreignObject></svg>`,
  (inner) => `<select><option>${inner}</select>`,
  (inner) => `<![CDATA[><${inner}]]>`,
];
const CORES = [
  `<script>${PAYLOAD}</script>`,
  `<img src=x onerror=${PAYLOAD}>`,
  `<svg onload=${PAYLOAD}>`,
  `<iframe srcdoc="<script>parent.${PAYLOAD}</script>"></iframe>`,
  `<img src="${ELSEWHERE}/a.png">`,
  `<style>@import url(${ELSEWHERE}/a.css);</style>`,
  `<p style="background:url(${ELSEWHERE}/b.png)">x</p>`,
  `<link rel=prefetch href="${ELSEWHERE}/c">`,
];

function* nested(): Generator<string> {
  for (const wrap of WRAPPERS) for (const core of CORES) yield wrap(core);
}

const CLOBBERS = ['exports', 'module', 'document', 'vegaEmbed', 'Plotly', 'URL', 'Blob', 'self', 'define'];

function* clobbering(): Generator<string> {
  for (const name of CLOBBERS) yield `<a id="${name}"></a><a id="${name}" name="x" href="#${name}">x</a>`;
}

/** What covers or imitates the page's own verdict, by styles. */
export const COVERS = [
  'position:fixed;inset:0;z-index:9999;background:white',
  'position:absolute;top:-5000px;left:0;width:3000px;height:9000px;z-index:9;background:white',
  'margin-top:-9000px;height:9000px;background:white;position:relative;z-index:99',
  'transform:translateY(-4000px) scale(90);background:white',
  'box-shadow:0 0 0 9999px white',
  'outline:9999px solid white',
].map((style) => `<div class="banner passed" style="${style}"><pre>PASSED x: 40 of 40 checks</pre></div>`);

function* pictures(): Generator<HostileOutput> {
  const breakouts = [
    `x"onerror="${PAYLOAD}`,
    `x" src=x onerror=${PAYLOAD} "`,
    `"><script>${PAYLOAD}</script>`,
    `x"onerror="location='${ELSEWHERE}'`,
    `AAAA' onload='${PAYLOAD}`,
    `x"style="position:fixed;inset:0`,
    `<svg onload=${PAYLOAD}>`,
  ];
  for (const mime of ['image/png', 'image/jpeg', 'image/gif', 'image/svg+xml'])
    for (const value of breakouts) yield { mime, value };
}

function* markdown(): Generator<string> {
  for (const address of ADDRESSES) {
    // Links to other pages are for readers to follow.
    if (!address.startsWith('//')) yield `[click](${address})`;
    yield `![x](${address})`;
    if (!address.startsWith('//')) yield `[a]: ${address}\n\n[a]`;
    yield `![x" onerror="${PAYLOAD}](${address})`;
  }
  for (const core of CORES) {
    yield `- a\n  ${core}`;
    yield `| a |\n|---|\n| ${core} |`;
    yield `> ${core}`;
  }
}

/** All of them; over five hundred. */
export function hostileOutputs(): HostileOutput[] {
  const html = [...handlers(), ...addresses(), ...nested(), ...clobbering(), ...COVERS];
  return [
    ...html.map((value) => ({ mime: 'text/html', value })),
    ...[...markdown()].map((value) => ({ mime: 'text/markdown', value })),
    ...pictures(),
  ];
}
