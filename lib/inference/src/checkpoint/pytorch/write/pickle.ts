/** Writes the few instructions of protocol 2 that a checkpoint needs (Python's pickletools describes them). */
export class PickleWriter {
  private readonly parts: Uint8Array[] = [Buffer.from([0x80, 2])];

  /** Ends the pickle. */
  finish(): Buffer {
    this.op('.');
    return Buffer.concat(this.parts);
  }

  op(letters: string): this {
    this.parts.push(Buffer.from(letters, 'latin1'));
    return this;
  }

  global(module: string, name: string): this {
    return this.op(`c${module}\n${name}\n`);
  }

  text(value: string): this {
    const bytes = Buffer.from(value, 'utf8');
    const head = Buffer.alloc(5, 'X');
    head.writeUInt32LE(bytes.length, 1);
    this.parts.push(head, bytes);
    return this;
  }

  integer(value: number): this {
    const isSmall = value >= 0 && value < 2 ** 31;
    const bytes = Buffer.alloc(isSmall ? 5 : 10);
    if (isSmall) {
      bytes.write('J', 'latin1');
      bytes.writeInt32LE(value, 1);
    } else {
      bytes[0] = 0x8a; // a long integer of as many bytes as the next one says
      bytes[1] = 8;
      bytes.writeBigInt64LE(BigInt(value), 2);
    }
    this.parts.push(bytes);
    return this;
  }

  boolean(value: boolean): this {
    return this.op(value ? '\x88' : '\x89');
  }

  /** A tuple of whatever `items` writes. */
  tuple(items: () => void): this {
    this.op('(');
    items();
    return this.op('t');
  }

  integers(values: readonly number[]): this {
    return this.tuple(() => values.forEach((value) => this.integer(value)));
  }

  /** An ordered dict; `items` writes key after value. */
  orderedDict(items?: () => void): this {
    this.global('collections', 'OrderedDict').op(')R');
    if (!items) return this;
    this.op('(');
    items();
    return this.op('u');
  }

  /** A plain dict. */
  dict(items: () => void): this {
    this.op('}(');
    items();
    return this.op('u');
  }
}
