/** The page's style sheet. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c62828; --good: #2e7d32; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
pre, code { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.banner { border-left: 4px solid var(--good); padding: .5rem 1rem; background: var(--soft); }
.banner.failed { border-color: var(--bad); }
.code { margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px; }
.code.failed { border-color: var(--bad); }
.code > details > summary, .source { padding: .5rem .8rem; background: var(--soft); }
.meta { float: right; font-size: 12px; opacity: .65; padding: .5rem .8rem; }
.outputs { padding: .5rem .8rem; overflow-x: auto; }
/* Whatever an output says of its position, it stays where it is: it cannot cover the page's own words. */
.outputs > div, section.prose { contain: layout paint style; position: relative; isolation: isolate; }
.outputs > div { margin: .3rem 0; overflow: auto; }
.stderr { background: #c6282818; padding: .3rem .5rem; }
table { border-collapse: collapse; font-size: 14px; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: left; }
img { max-width: 100%; }
math { font: 1.1em 'STIX Two Math', 'Cambria Math', 'Latin Modern Math', 'DejaVu Math TeX Gyre', math; }
math[display=block] { margin: .8rem 0; overflow-x: auto; overflow-y: hidden; }
[data-chart] { background: #fff; color: #222; }
`;
