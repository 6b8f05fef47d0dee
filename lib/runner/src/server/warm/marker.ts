/** The connection file's name that means standard input, see `preload.ts`. */
export const STANDARD_INPUT = 'connection-from-standard-input';
