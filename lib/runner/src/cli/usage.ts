/** A command line that cannot be used; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The number of an option. @throws UsageError where it is none above 0 */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`--${name} expects a number above 0, found "${text}".`);
}
