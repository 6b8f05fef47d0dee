const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Text made safe inside HTML elements, quoted attributes and Plotly's titles, which know quotes by number only. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Prompts, hints and rubrics: paragraphs, `code`, **bold** and *emphasis*; everything else is shown as written. */
export function proseToHtml(text: string): string {
  const paragraphs = text.trim().split(/\n\s*\n/);
  return paragraphs.map((paragraph) => `<p>${inlineToHtml(paragraph)}</p>`).join('');
}

/** One line of prose: `code`, **bold** and *emphasis*. */
export function inlineToHtml(text: string): string {
  const parts = text.split(/(`[^`]*`)/);
  return parts.map((part) => (/^`[^`]*`$/.test(part) ? code(part.slice(1, -1)) : emphasis(part))).join('');
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>');
}
