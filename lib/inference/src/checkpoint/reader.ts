import * as fs from 'node:fs';
import { fromFloat8E4M3, fromFloat8E5M2 } from './float8';
import { fromBfloat16, fromFloat16 } from './half';
import { isFloat, type TensorInfo } from './dtype';
import { MAX_HEADER_BYTES, parseHeader, type Header } from './header';

/** Reads exactly `length` bytes from `position` on. */
function readExactly(fd: number, position: number, length: number): ArrayBuffer {
  const buffer = new ArrayBuffer(length);
  for (let done = 0; done < length;) {
    const size = Math.min(length - done, 2 ** 30);
    const count = fs.readSync(fd, new Uint8Array(buffer, done, size), 0, size, position + done);
    if (count === 0) throw new Error(`The file ended ${length - done} bytes too early while it was read.`);
    done += count;
  }
  return buffer;
}

function readHeader(fd: number): { header: Header; dataStart: number } {
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) throw new Error('It is not a file.');
  if (stat.size < 8)
    throw new Error(`It has ${stat.size} bytes, but the length of the header alone takes 8: it is cut short.`);
  const length = new DataView(readExactly(fd, 0, 8)).getBigUint64(0, true);
  if (length > BigInt(stat.size - 8)) {
    throw new Error(
      `The header should take ${length} bytes, but only ${stat.size - 8} follow: it is cut short, or no safetensors file.`,
    );
  }
  if (length > BigInt(MAX_HEADER_BYTES))
    throw new Error(`The header should take ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed.`);
  const dataStart = 8 + Number(length);
  return { header: parseHeader(new Uint8Array(readExactly(fd, 8, Number(length))), stat.size - dataStart), dataStart };
}

/** A safetensors file open for reading: the header is checked at once, tensors are read one at a time when asked for. */
export class SafetensorsFile {
  /** What the header says about the file as a whole; empty where it says nothing. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Dtype, shape and place of each entry by its name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  private readonly fd: number;
  private readonly dataStart: number;

  /** @throws when the file is missing, cut short, or its header is not consistent with its data; the message says where */
  constructor(readonly path: string) {
    this.fd = openFile(path);
    try {
      const { header, dataStart } = readHeader(this.fd);
      this.metadata = header.metadata;
      this.tensors = header.tensors;
      this.dataStart = dataStart;
    } catch (error) {
      fs.closeSync(this.fd);
      throw new Error(
        `${path} is not a sound safetensors file: ${(error as Error).message} Download or save it again.`,
      );
    }
  }

  /** What is known of one tensor without reading it. */
  info(name: string): TensorInfo {
    const info = this.tensors.get(name);
    if (!info) throw new Error(`${this.path} has no entry '${name}'; it has ${this.tensors.size} others.`);
    return info;
  }

  /** A tensor's bytes as they lie in the file: little-endian, row-major, in memory of their own. */
  bytes(name: string): Uint8Array<ArrayBuffer> {
    const { begin, end } = this.info(name);
    return new Uint8Array(readExactly(this.fd, this.dataStart + begin, end - begin));
  }

  /** A tensor of a floating-point type as float32. */
  floats(name: string): Float32Array {
    const { dtype } = this.info(name);
    if (!isFloat(dtype))
      throw new Error(
        `Entry '${name}' of ${this.path} holds ${dtype} values, where floating-point numbers were expected.`,
      );
    const { buffer } = this.bytes(name);
    if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer));
    if (dtype === 'F16') return fromFloat16(new Uint16Array(buffer));
    if (dtype === 'BF16') return fromBfloat16(new Uint16Array(buffer));
    if (dtype === 'F8_E4M3') return fromFloat8E4M3(new Uint8Array(buffer));
    if (dtype === 'F8_E5M2') return fromFloat8E5M2(new Uint8Array(buffer));
    return new Float32Array(buffer);
  }

  /** A tensor of an integer type; values that need more than 32 bits are an error. */
  integers(name: string): Int32Array {
    const values = this.wholeNumbers(name);
    const small = Int32Array.from(values as ArrayLike<number>, Number);
    const at = small.findIndex((value, i) => BigInt(value) !== BigInt(values[i]));
    if (at >= 0) throw new Error(`Entry '${name}' of ${this.path} holds ${values[at]}, which does not fit 32 bits.`);
    return small;
  }

  private wholeNumbers(name: string): ArrayLike<number | bigint> {
    const { dtype } = this.info(name);
    const { buffer } = this.bytes(name);
    switch (dtype) {
      case 'I64':
        return new BigInt64Array(buffer);
      case 'U64':
        return new BigUint64Array(buffer);
      case 'I32':
        return new Int32Array(buffer);
      case 'U32':
        return new Uint32Array(buffer);
      case 'I16':
        return new Int16Array(buffer);
      case 'U16':
        return new Uint16Array(buffer);
      case 'I8':
        return new Int8Array(buffer);
      case 'U8':
      case 'BOOL':
        return new Uint8Array(buffer);
      default:
        throw new Error(`Entry '${name}' of ${this.path} holds ${dtype} values, where integers were expected.`);
    }
  }

  /** Closes the file; entries cannot be read afterwards. */
  close(): void {
    fs.closeSync(this.fd);
  }
}

function openFile(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `There is no checkpoint at ${path}.` : `${path} cannot be read: ${message}.`);
  }
}
