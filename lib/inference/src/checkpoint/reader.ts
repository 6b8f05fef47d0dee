import * as fs from 'node:fs';
import type { TensorInfo } from './dtype';
import { MAX_HEADER_BYTES, parseHeader, type Header } from './header';
import { openFile, readExactly } from './read-exactly';
import { WeightFile } from './weight-file';

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
export class SafetensorsFile extends WeightFile {
  /** What the header says about the file as a whole; empty where it says nothing. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Dtype, shape and place of each entry by its name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  private readonly fd: number;
  private readonly dataStart: number;

  /** @throws when the file is missing, cut short, or its header is not consistent with its data; the message says where */
  constructor(path: string) {
    super(path);
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
  override info(name: string): TensorInfo {
    return super.info(name) as TensorInfo;
  }

  /** A tensor's bytes as they lie in the file: little-endian, row-major, in memory of their own. */
  bytes(name: string): Uint8Array<ArrayBuffer> {
    const { begin, end } = this.info(name);
    return new Uint8Array(readExactly(this.fd, this.dataStart + begin, end - begin));
  }

  /** Closes the file; entries cannot be read afterwards. */
  close(): void {
    fs.closeSync(this.fd);
  }
}
