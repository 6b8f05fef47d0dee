import { duplicateKey } from './duplicate-key';
import { DTYPE_BYTES, isDtype, type TensorInfo } from './dtype';
import { shapeText, sizeOf } from '../shape';
import { isObject, type JsonObject } from '../json';

/** What the header of a safetensors file says, checked against the size of its data. */
export interface Header {
  metadata: Record<string, string>;
  /** In the order of the file's header. */
  tensors: Map<string, TensorInfo>;
}

/** The limit of the reference implementation (github.com/huggingface/safetensors). */
export const MAX_HEADER_BYTES = 100_000_000;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

function parse(bytes: Uint8Array): JsonObject {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('The header is not UTF-8 text.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The header is not JSON (${(error as Error).message}).`);
  }
  if (!isObject(value)) throw new Error('The header must be a JSON object.');
  const twice = duplicateKey(text);
  if (twice !== null) throw new Error(`The header names '${twice}' twice.`);
  return value;
}

function checkMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw new Error('__metadata__ must map names to texts.');
  }
  return value as Record<string, string>;
}

function checkTensor(name: string, value: unknown, dataBytes: number): TensorInfo {
  if (!isObject(value)) throw new Error(`Entry '${name}' must be an object with dtype, shape and data_offsets.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw new Error(
      `Entry '${name}' has the unknown dtype ${JSON.stringify(dtype)}; known are ${Object.keys(DTYPE_BYTES).join(', ')}.`,
    );
  }
  if (!isCounts(shape))
    throw new Error(`Entry '${name}' must have a shape of non-negative integers, got ${JSON.stringify(shape)}.`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new Error(`Entry '${name}' must have data_offsets [begin, end], got ${JSON.stringify(offsets)}.`);
  }
  const [begin, end] = offsets;
  if (end > dataBytes)
    throw new Error(
      `Entry '${name}' ends at byte ${end} of the data, but the file holds ${dataBytes}: it is cut short, or its header is wrong.`,
    );
  const needed = sizeOf(shape) * DTYPE_BYTES[dtype];
  if (end - begin !== needed) {
    throw new Error(
      `Entry '${name}' of shape ${shapeText(shape)} and dtype ${dtype} needs ${needed} bytes, but its offsets give it ${end - begin}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Every byte of the data must belong to exactly one tensor. */
function checkCover(tensors: readonly TensorInfo[], dataBytes: number): void {
  let covered = 0;
  let before = 'the beginning';
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) throw new Error(`Entries '${before}' and '${name}' overlap at byte ${begin} of the data.`);
    if (begin > covered)
      throw new Error(`Bytes ${covered} to ${begin} of the data, before '${name}', belong to no entry.`);
    covered = end;
    before = name;
  }
  if (covered !== dataBytes)
    throw new Error(`The entries take ${covered} bytes of data, but the file holds ${dataBytes}.`);
}

/**
 * Reads a header and checks all of it.
 *
 * @param bytes the JSON text
 * @param dataBytes size of the file without its first eight bytes and the header
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Header {
  const { __metadata__: metadata, ...entries } = parse(bytes);
  const tensors = Object.entries(entries).map(([name, value]) => checkTensor(name, value, dataBytes));
  checkCover(tensors, dataBytes);
  return { metadata: checkMetadata(metadata), tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}
