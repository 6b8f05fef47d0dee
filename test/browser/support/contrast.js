// Runs inside the page: what is written in a chart, in which colour, on which ground. Without types of the DOM.
globalThis.contrastOf = (root) => {
  const rgb = (color) => {
    const [r, g, b, a = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below, opacity) => {
    const mix = (one, other) => opacity * one + (1 - opacity) * other;
    return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const [red, green, blue] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  /** The ground below the whole chart: the nearest element outside it that is not transparent. */
  const pageGround = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color.a > 0.99) return color;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };

  const shapes = (svg) =>
    [...svg.querySelectorAll('path, rect, circle')].map((shape) => ({ shape, box: shape.getBoundingClientRect() }));

  /** What is drawn below a point, by shapes that come before the text. */
  const groundAt = (svg, drawn, text, x, y) => {
    let ground = pageGround(svg);
    for (const { shape, box } of drawn) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      const style = getComputedStyle(shape);
      if (style.fill === 'none' || style.fill.startsWith('url')) continue;
      const inverse = shape.getScreenCTM()?.inverse();
      if (!inverse) continue;
      const point = new DOMPoint(x, y).matrixTransform(inverse);
      if (!shape.isPointInFill(point)) continue;
      const fill = rgb(style.fill);
      ground = over(fill, ground, fill.a * Number(style.fillOpacity) * Number(style.opacity));
    }
    return ground;
  };

  /** A broad edge that an earlier text with the same words lays round this one. */
  const haloOf = (texts, text, box) => {
    const halo = texts.find((other) => {
      if (other === text || other.textContent !== text.textContent) return false;
      const { left, top } = other.getBoundingClientRect();
      return isHalo(other) && Math.abs(left - box.left) < 4 && Math.abs(top - box.top) < 4;
    });
    return halo && rgb(getComputedStyle(halo).stroke);
  };
  const isHalo = (text) => {
    const { stroke, strokeWidth, fill } = getComputedStyle(text);
    return stroke === fill && Number.parseFloat(strokeWidth) >= 3;
  };

  const found = [];
  const texts = [...root.querySelectorAll('svg text')];
  for (const text of texts.filter((one) => !isHalo(one))) {
    const words = text.textContent.trim();
    const box = text.getBoundingClientRect();
    const style = getComputedStyle(text);
    if (words === '' || box.width === 0 || style.opacity === '0' || style.visibility === 'hidden') continue;
    const svg = text.ownerSVGElement;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const ground = haloOf(texts, text, box) ?? groundAt(svg, shapes(svg), text, x, y);
    const fill = rgb(style.fill);
    const ink = over(fill, ground, fill.a * Number(style.fillOpacity) * Number(style.opacity));
    found.push({ words, ratio: ratio(ink, ground) });
  }
  return found;
};
