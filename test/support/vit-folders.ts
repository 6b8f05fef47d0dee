import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { checkpoint, tf } from 'scalable-inference';
import { readGolden } from './golden';

export type Json = Record<string, unknown>;
type Shape = number[];
export interface Case {
  config: Json & { image_size: number | [number, number]; num_channels: number; num_hidden_layers: number };
  extra: Record<string, [checkpoint.Dtype, ...Shape]>;
  ignored: string[];
  logits: number[][];
}
export const { cases } = readGolden<{ cases: Case[] }>('hugging-face.json');

/** Values in [-0.5, 0.5), as hugging_face.py defines them. */
export function hashed(count: number, name: string): Float32Array {
  const salt = [...name].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) >>> 0, 0);
  return Float32Array.from({ length: count }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ salt;
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    h ^= h >>> 12;
    return (h >>> 0) / 2 ** 32 - 0.5;
  });
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function weight(name: string, shape: readonly number[]): Float32Array {
  const scale = shape.length < 2 ? 1 : Math.fround(4 / Math.sqrt(sizeOf(shape.slice(1))));
  const offset = name.includes('layernorm') && name.endsWith('weight') ? 1 : 0;
  return hashed(sizeOf(shape), name).map((v) => Math.fround(v * scale) + offset);
}

export const pair = (x: unknown): [number, number] =>
  Array.isArray(x) ? (x as [number, number]) : [x as number, x as number];
export const floats = (name: string, shape: Shape): checkpoint.TensorSource => ({
  name,
  dtype: 'F32',
  shape,
  bytes: () => new Uint8Array(weight(name, shape).buffer),
});

/** The entries of a config's network, by hugging_face.py's own list of names rather than the library's. */
export function entries({ config }: Case, labels: number): checkpoint.TensorSource[] {
  const { hidden_size: h, intermediate_size: i, num_channels: channels, qkv_bias: bias = true } = config as never;
  const [[height, width], patch] = [pair(config.image_size), pair(config.patch_size)];
  const tokens = Math.floor(height / patch[0]) * Math.floor(width / patch[1]) + 1;
  const dense = (name: string, out: number, inside: number, biased = true): Array<[string, Shape]> =>
    biased ? [[`${name}.weight`, [out, inside]], [`${name}.bias`, [out]]] : [[`${name}.weight`, [out, inside]]]; // prettier-ignore
  const norm = (name: string): Array<[string, Shape]> => [[`${name}.weight`, [h]], [`${name}.bias`, [h]]]; // prettier-ignore
  const layers = Array.from({ length: config.num_hidden_layers }, (_, l) => `vit.encoder.layer.${l}.`).flatMap((at) => [
    ...['query', 'key', 'value'].flatMap((name) => dense(`${at}attention.attention.${name}`, h, h, bias)),
    ...dense(`${at}attention.output.dense`, h, h),
    ...dense(`${at}intermediate.dense`, i, h),
    ...dense(`${at}output.dense`, h, i),
    ...norm(`${at}layernorm_before`),
    ...norm(`${at}layernorm_after`),
  ]);
  const all: Array<[string, Shape]> = [
    ['vit.embeddings.cls_token', [1, 1, h]],
    ['vit.embeddings.position_embeddings', [1, tokens, h]],
    ['vit.embeddings.patch_embeddings.projection.weight', [h, channels, ...patch]],
    ['vit.embeddings.patch_embeddings.projection.bias', [h]],
    ...layers,
    ...norm('vit.layernorm'),
    ...dense('classifier', labels, h),
  ];
  return all.map(([name, shape]) => floats(name, shape));
}

const others = ({ extra }: Case): checkpoint.TensorSource[] =>
  Object.entries(extra).map(([name, [dtype, ...shape]]) => ({
    ...{ name, dtype, shape },
    bytes: () => new Uint8Array(sizeOf(shape) * checkpoint.DTYPE_BYTES[dtype]),
  }));

export async function writeFolder(
  folder: string,
  one: Case,
  change = (s: checkpoint.TensorSource[]) => s,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(one.config));
  const sources = change([...entries(one, one.logits[0].length), ...others(one)]);
  await checkpoint.writeSafetensors(path.join(folder, 'model.safetensors'), sources);
}

export function pixels({ config }: Case): tf.Tensor4D {
  const shape: [number, number, number, number] = [2, ...pair(config.image_size), config.num_channels];
  return tf.tensor4d(hashed(sizeOf(shape), 'pixels').map((v) => 2 * v), shape); // prettier-ignore
}
