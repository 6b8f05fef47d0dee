/** True when `version` (`3.11` or `3.11.7`) lies in a range such as `>=3.10,<3.14`. */
export function inRange(version, range) {
  return range.split(',').every((part) => {
    const [, operator, bound] = /^(>=|<=|<|>|==?)([\d.]+)/.exec(part) ?? [];
    if (!operator) throw new Error(`Expected a version range such as ">=3.10,<3.14", got "${range}".`);
    const order = compareVersions(version, bound);
    return { '>=': order >= 0, '<=': order <= 0, '<': order < 0, '>': order > 0 }[operator] ?? order === 0;
  });
}

/** Negative, zero or positive, as `a` is before, equal to or after `b`; missing parts count as zero. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) =>
    text
      .replace(/^v/, '')
      .split('.')
      .map((part) => parseInt(part, 10) || 0),
  );
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
