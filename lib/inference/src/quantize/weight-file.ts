import { statSync } from 'node:fs';
import { openWeightFile, writeWeights, type TensorSource, type WeightFile } from '../checkpoint';
import { fromTorch, torchShape, toTorch, type Module } from '../nn';
import { GroupQuantizedTensor, packBits, unpackBits, quantizeWeights, weightRange } from './numbers';
import { sameShape, shapeText, sizeOf } from '../shape';
import { bytesOf, namingFile, parseJson } from '../files';
import { fields, integer, positiveIntegers } from '../check';

/** Options of {@link saveWeights}. */
export interface SaveWeightsOptions {
  /** 2 to 8. Default 8. */
  bits?: number;
  /** One scale for so many inputs of an output channel. Default: one per output channel. */
  groupSize?: number;
}

/** Bytes of a file of integers beside the same weights in float. */
export interface WeightFileSizes {
  /** Of the file. */
  bytes: number;
  /** The same parameters and buffers in float32, without a header. */
  float32Bytes: number;
  ratio: number;
  /** Entries stored as integers, and those left in float32 because they are vectors. */
  quantized: string[];
  float: string[];
}

const FORMAT = 'scalable-inference integers 1';

/** Integers and scales of one parameter, output channel last. */
function integers(
  values: Float32Array,
  shape: readonly number[],
  bits: number,
  groupSize?: number,
): { data: Int8Array; scales: Float32Array; scaleShape: number[] } {
  const outputs = shape.at(-1) as number;
  if (groupSize === undefined) {
    const { data, scales } = quantizeWeights(values, shape, { bits });
    return { data: data as Int8Array, scales: Float32Array.from(scales), scaleShape: [1, outputs] };
  }
  const { data, scales } = GroupQuantizedTensor.from(values, shape, { bits, groupSize });
  return { data, scales, scaleShape: [scales.length / outputs, outputs] };
}

/**
 * Saves a network's weights as integers in a safetensors file, or one of PyTorch (`.pt`): every parameter of two or more dimensions as `NAME` (I8,
 * or U8 with the bits packed where there are fewer than 8) and `NAME.scale` (F32 [groups, output channels]), in this
 * library's order of dimensions (output channel last), everything else in float32. The file appears whole or not at
 * all.
 *
 * @returns sizes; `checkpoint.save` with dtype 'float16' is the way to halve a file without scales
 */
export async function saveWeights(
  net: Module,
  path: string,
  { bits = 8, groupSize }: SaveWeightsOptions = {},
): Promise<WeightFileSizes> {
  weightRange({ bits });
  const sources: TensorSource[] = [];
  const sizes: WeightFileSizes = { bytes: 0, float32Bytes: 0, ratio: 0, quantized: [], float: [] };
  const shapes: Record<string, readonly number[]> = {};
  for (const [name, slot] of net.namedSlots({ once: true })) {
    const { tensor, layout } = slot;
    sizes.float32Bytes += 4 * tensor.size;
    if (tensor.rank < 2 || ('integer' in slot && slot.integer)) {
      const values = toTorch(tensor, layout);
      sizes.float.push(name);
      sources.push({
        name,
        dtype: values instanceof Int32Array ? 'I32' : 'F32',
        shape: torchShape(tensor.shape, layout),
        bytes: () => bytesOf(values),
      });
      continue;
    }
    const { data, scales, scaleShape } = integers(tensor.dataSync() as Float32Array, tensor.shape, bits, groupSize);
    const packed = bits === 8 ? bytesOf(data) : packBits(data, bits);
    shapes[name] = tensor.shape;
    sizes.quantized.push(name);
    sources.push({
      name,
      dtype: bits === 8 ? 'I8' : 'U8',
      shape: bits === 8 ? tensor.shape : [packed.length],
      bytes: () => packed,
    });
    sources.push({ name: `${name}.scale`, dtype: 'F32', shape: scaleShape, bytes: () => bytesOf(scales) });
  }
  const metadata = {
    format: FORMAT,
    bits: String(bits),
    groupSize: String(groupSize ?? 0),
    shapes: JSON.stringify(shapes),
  };
  await writeWeights(path, sources, metadata);
  sizes.bytes = statSync(path).size;
  return { ...sizes, ratio: sizes.bytes / sizes.float32Bytes };
}

/** What the metadata of such a file says. */
function readMetadata(file: WeightFile): { bits: number; groupSize: number; shapes: Record<string, number[]> } {
  const { format, bits, groupSize, shapes } = file.metadata;
  if (format !== FORMAT)
    throw new Error(
      `${file.path} holds no integer weights of this library (format '${format ?? 'none'}'): load it ` +
        'with checkpoint.load.',
    );
  return {
    bits: integer(`bits of ${file.path}`, Number(bits ?? NaN), { min: 2, max: 8 }),
    groupSize: integer(`groupSize of ${file.path}`, Number(groupSize ?? NaN), { min: 0 }),
    shapes: parseJson(`'shapes' of ${file.path}`, shapes ?? '', (value) => {
      const named = Object.entries(fields('The shapes', value));
      return Object.fromEntries(named.map(([name, shape]) => [name, positiveIntegers(name, shape, { least: 2 })]));
    }),
  };
}

/** The real numbers of one integer entry. */
function readIntegers(
  file: WeightFile,
  name: string,
  { bits, groupSize, shapes }: ReturnType<typeof readMetadata>,
): Float32Array {
  const shape = shapes[name];
  const count = sizeOf(shape);
  const bytes = file.bytes(name);
  if (bytes.length !== Math.ceil((count * bits) / 8))
    throw new Error(
      `Entry '${name}' of ${file.path} should hold ${count} integers of ${bits} bits, got ${bytes.length} bytes.`,
    );
  const data = bits === 8 ? new Int8Array(bytes.buffer) : unpackBits(bytes, bits, count);
  const scales = file.floats(`${name}.scale`);
  const outputs = shape.at(-1) as number;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const group = groupSize === 0 ? 0 : Math.floor(Math.floor(i / outputs) / groupSize);
    values[i] = data[i] * scales[group * outputs + (i % outputs)];
  }
  return values;
}

/**
 * Loads what {@link saveWeights} wrote, as real numbers, into a network of the same shapes.
 *
 * @throws when the file is damaged, of another kind, or does not fit; the network is then as it was
 */
export async function loadWeights(net: Module, path: string): Promise<void> {
  const file = await openWeightFile(path);
  try {
    const metadata = readMetadata(file);
    const entries = net
      .namedSlots({ once: true })
      .map(
        ([name, slot]): [
          string,
          { shape: readonly number[]; dtype: 'float32' | 'int64'; data: Float32Array | Int32Array },
        ] => {
          const { shape, layout } = { shape: metadata.shapes[name], layout: slot.layout };
          if (!shape) {
            const info = file.info(name);
            return [
              name,
              info.dtype === 'F32'
                ? { shape: info.shape, dtype: 'float32', data: file.floats(name) }
                : { shape: info.shape, dtype: 'int64', data: file.integers(name) },
            ];
          }
          if (!sameShape(shape, slot.tensor.shape))
            throw new Error(
              `Entry '${name}' of ${path} has shape ${shapeText(shape)}, expected ${shapeText(slot.tensor.shape)}.`,
            );
          const tensor = fromTorch(readIntegers(file, name, metadata), shape, 'same');
          const data = toTorch(tensor, layout);
          tensor.dispose();
          return [name, { shape: torchShape(shape, layout), dtype: 'float32', data }];
        },
      );
    net.loadStateDict(Object.fromEntries(entries));
  } catch (error) {
    throw namingFile(error, path);
  } finally {
    file.close();
  }
}
