/** What a file holds is sound, but this library does not read it; the message names it and says what to do. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
