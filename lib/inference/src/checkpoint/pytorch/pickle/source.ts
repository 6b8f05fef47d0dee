import { readInto } from '../../read-exactly';

/** Longest pickle that is read; the tensors of a checkpoint lie outside of it. */
export const MAX_PICKLE_BYTES = 64 * 2 ** 20;
const MAX_LINE_BYTES = 2 ** 16;
const WINDOW_BYTES = 2 ** 16;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The bytes of a pickle, read piece by piece from part of a file. Every length is compared with what is left of that
 * part before memory is taken for it.
 */
export class ByteSource {
  private window = Buffer.alloc(0);
  private windowStart: number;
  private readonly limit: number;

  /**
   * @param position first byte in the file
   * @param end byte after the last
   */
  constructor(
    private readonly fd: number,
    public position: number,
    private readonly end: number,
  ) {
    this.windowStart = position;
    this.limit = position + MAX_PICKLE_BYTES;
  }

  /** The next bytes; valid until the next call. */
  take(length: number): Buffer {
    const begin = this.require(length);
    this.position += length;
    return this.window.subarray(begin, begin + length);
  }

  uint8(): number {
    const at = this.require(1);
    this.position += 1;
    return this.window[at];
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  float64(): number {
    return this.take(8).readDoubleBE();
  }

  /** A length of 8 bytes, already compared with what is left. */
  length64(): number {
    const length = this.take(8).readBigUInt64LE();
    if (length > BigInt(this.end - this.position)) throw this.tooLong(length);
    return Number(length);
  }

  text(length: number): string {
    return utf8.decode(this.take(length));
  }

  /** Text up to the end of the line, which is taken too. */
  line(): string {
    for (let length = 0; length < MAX_LINE_BYTES; length++) {
      const at = this.require(length + 1);
      if (this.window[at + length] !== 10) continue;
      const text = this.window.toString('latin1', at, at + length);
      this.position += length + 1;
      return text;
    }
    throw new Error(`A line of the pickle has more than ${MAX_LINE_BYTES} bytes.`);
  }

  /** Makes the window hold the next `length` bytes; returns where in it they begin. */
  private require(length: number): number {
    if (length > this.end - this.position) throw this.tooLong(length);
    if (this.position + length > this.limit)
      throw new Error(`The pickle has more than ${MAX_PICKLE_BYTES} bytes, which no checkpoint needs.`);
    const at = this.position - this.windowStart;
    if (at + length <= this.window.length) return at;
    const size = Math.min(Math.max(length, WINDOW_BYTES), this.end - this.position);
    this.window = Buffer.allocUnsafe(size);
    readInto(this.fd, this.position, this.window);
    this.windowStart = this.position;
    return 0;
  }

  private tooLong(length: number | bigint): Error {
    return new Error(
      `At byte ${this.position} the pickle asks for ${length} bytes, but only ${this.end - this.position} follow: it is cut short or damaged.`,
    );
  }
}
