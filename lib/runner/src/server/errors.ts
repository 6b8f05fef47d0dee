/** A server that could not be started or did not answer; the message ends with what it printed. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}
