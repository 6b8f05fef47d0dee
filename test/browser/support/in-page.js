// Runs inside the page: what tests ask of elements, without types of the DOM in the test program.
globalThis.inPage = (() => {
  const hasSize = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0.5 || height > 0.5;
  };
  const drawn = (element) => {
    const { fill, stroke, opacity } = getComputedStyle(element);
    return opacity !== '0' && (fill !== 'none' || stroke !== 'none') && hasSize(element);
  };

  /** Marks of a Vega or Plotly picture in SVG: shapes of the data, not axes, grid, legend or background. */
  const svgMarks = (root) => {
    const data =
      '.mark-symbol.role-mark path, .mark-rect.role-mark path, .mark-line.role-mark path, ' +
      '.mark-area.role-mark path, .mark-rule.role-mark line, .mark-arc.role-mark path, ' +
      '.scatterlayer .point, .scatterlayer .js-line, .barlayer .point path, .heatmaplayer image';
    return [...root.querySelectorAll(data)].filter(drawn).length;
  };

  /** Patches of colour (not grey) of at least 12 pixels in a canvas; touching marks count as one. */
  const canvasMarks = (canvas) => {
    const { width, height } = canvas;
    const flat = canvas.getContext('2d'); // null where the picture is three-dimensional
    if (!flat) return 0;
    const { data } = flat.getImageData(0, 0, width, height);
    const waiting = new Uint8Array(width * height);
    for (let i = 0; i < waiting.length; i++) {
      const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4);
      waiting[i] = a > 0 && Math.max(r, g, b) - Math.min(r, g, b) > 40 ? 1 : 0;
    }
    let patches = 0;
    for (let start = 0; start < waiting.length; start++) {
      if (waiting[start] && patchSize(waiting, start, width) >= 12) patches++;
    }
    return patches;
  };

  /** Clears the patch around one pixel and gives its size. */
  const patchSize = (waiting, start, width) => {
    const stack = [start];
    waiting[start] = 0;
    let size = 0;
    while (stack.length > 0) {
      const at = stack.pop();
      size++;
      for (const next of [at - 1, at + 1, at - width, at + width]) {
        if (!waiting[next]) continue;
        waiting[next] = 0;
        stack.push(next);
      }
    }
    return size;
  };

  return {
    /** Number of data marks drawn in a chart's element. */
    marks: (root) => {
      const canvases = [...root.querySelectorAll('canvas')].map(canvasMarks);
      return canvases.reduce((sum, marks) => sum + marks, svgMarks(root));
    },

    /** Resolves when the cell with this prompt has started and ended a run after now. */
    nextRun: (prompt) => {
      const ended = new Promise((resolve) => {
        let started = false;
        new MutationObserver((_, observer) => {
          if (prompt.textContent.includes('*')) started = true;
          else if (started) {
            observer.disconnect();
            resolve();
          }
        }).observe(prompt, { childList: true, characterData: true, subtree: true });
      });
      return { ended };
    },
  };
})();
