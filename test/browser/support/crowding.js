// Runs inside the page: words of a chart that cover each other or are cut off. Without types of the DOM.
globalThis.crowdedIn = (root) => {
  /** Room between what a box reserves for ascenders and descenders and what the letters take. */
  const SLACK = 0.1;
  const LEAST_OVERLAP = 1;

  const isSeen = (text) => {
    const { opacity, visibility, display, stroke, strokeWidth, fill } = getComputedStyle(text);
    const isHalo = stroke === fill && Number.parseFloat(strokeWidth) >= 3;
    return (
      text.textContent.trim() !== '' && opacity !== '0' && visibility !== 'hidden' && display !== 'none' && !isHalo
    );
  };
  /** Neither level nor upright: its box is much larger than the text. */
  const isSlanted = (text) => {
    const { a, b } = text.getScreenCTM();
    return Math.abs(a) > 0.05 && Math.abs(b) > 0.05;
  };
  const boxOf = (text) => {
    const { left, right, top, bottom, width, height } = text.getBoundingClientRect();
    const [across, down] = width >= height ? [0, SLACK * height] : [SLACK * width, 0];
    return { left: left + across, right: right - across, top: top + down, bottom: bottom - down };
  };
  const overlap = (one, other) =>
    Math.min(
      Math.min(one.right, other.right) - Math.max(one.left, other.left),
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
    );

  // Lines of one text (a caption in two lines) are parts of it and stand where it puts them.
  const texts = [...root.querySelectorAll('svg text')].filter(isSeen);
  const words = texts.map((text) => ({ text, name: text.textContent.trim(), box: boxOf(text) }));
  const found = [];
  for (const [at, one] of words.entries()) {
    if (isSlanted(one.text)) continue;
    for (const other of words.slice(at + 1)) {
      if (isSlanted(other.text) || overlap(one.box, other.box) < LEAST_OVERLAP) continue;
      found.push(`"${one.name}" and "${other.name}" cover each other`);
    }
  }
  for (const { text, name, box } of words) {
    const { left, right, top, bottom } = text.ownerSVGElement.getBoundingClientRect();
    if (box.left < left - 1 || box.right > right + 1 || box.top < top - 1 || box.bottom > bottom + 1)
      found.push(`"${name}" is cut off`);
  }
  return { read: words.length, found };
};
