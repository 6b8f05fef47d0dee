import { zip } from './zip';

/** Instructions of pickles, enough to write hostile ones. */
export const P = {
  int: (value: number): string => `I${value}\n`,
  text: (value: string): string => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(Buffer.byteLength(value));
    return `X${head.toString('latin1')}${Buffer.from(value).toString('latin1')}`;
  },
  global: (full: string): string => {
    const at = full.lastIndexOf('.');
    return `c${full.slice(0, at)}\n${full.slice(at + 1)}\n`;
  },
  tuple: (...items: string[]): string => `(${items.join('')}t`,
  list: (...items: string[]): string => `](${items.join('')}e`,
  dict: (...items: string[]): string => `}(${items.join('')}u`,
  call: (full: string, ...args: string[]): string => `${P.global(full)}${P.tuple(...args)}R`,
  storage: (elements: number, { key = '0', type = 'torch.FloatStorage' } = {}): string =>
    `${P.tuple(P.text('storage'), P.global(type), P.text(key), P.text('cpu'), P.int(elements))}Q`,
  /** A tensor over a storage; offset, shape and strides as given. */
  tensor: (storage: string, offset: number, shape: readonly number[], strides: readonly number[]): string =>
    P.call(
      'torch._utils._rebuild_tensor_v2',
      storage,
      P.int(offset),
      P.tuple(...shape.map(P.int)),
      P.tuple(...strides.map(P.int)),
      '\x89',
      P.call('collections.OrderedDict'),
    ),
};

/** A number of 4 or 8 bytes, least significant first, as text of one character a byte. */
export function little(value: number | bigint, bytes: 4 | 8): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return buffer.toString('latin1', 0, bytes);
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A checkpoint archive of that pickle, with one storage of four floats. */
export function archive(pickle: string, storage = new Float32Array([1, 2, 3, 4])): Buffer {
  return zip([
    { name: 'a/data.pkl', data: bytes(`\x80\x02${pickle}.`) },
    { name: 'a/byteorder', data: bytes('little') },
    { name: 'a/data/0', data: new Uint8Array(storage.buffer) },
    { name: 'a/version', data: bytes('3\n') },
  ]);
}

/** The same in the form before PyTorch 1.6; pickles name storages with one item more there. */
export function legacy(pickle: string): Buffer {
  const part = pickle.replaceAll('tQ', 'NtQ');
  const head = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.' + '\x80\x02M\xe9\x03.' + '\x80\x02}.';
  const keys = pickle.includes('tQ') ? P.list(P.text('0')) : ']';
  const data = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer);
  return Buffer.concat([bytes(`${head}\x80\x02${part}.\x80\x02${keys}.${little(4, 8)}`), data]);
}
