import { randomStream, tf, valuesOf, type RandomStream } from '../backend';
import type { PictureDataset } from './dataset';
import { shuffled } from './order';
import { integer } from '../check';

export interface BatchOptions {
  batchSize: number;
  /** Seed of a new order; default: the set's own order. Give another seed every epoch. */
  shuffle?: number;
  /** Seed of flips and crops; default: `shuffle`, else 0. */
  seed?: number;
  /** Mirrors every second picture at random, or with 'all' every one. Default: none. */
  flip?: boolean | 'all';
  /** Shifts each picture by up to so many pixels each way; what comes in at the border is black. Default 0. */
  crop?: number;
  /** Mean and deviation per channel of pixels in [0, 1]. Default: pixels in [0, 1] as they are. */
  normalise?: { mean: readonly number[]; std: readonly number[] };
  /** A change of your own on the whole batch [b, height, width, channels], after the others. */
  augment?: (x: tf.Tensor4D) => tf.Tensor4D;
  /** Leaves out a last batch that is not full. Default false. */
  dropLast?: boolean;
}

/** One batch. `dispose` frees its tensors. */
export interface Batch {
  /** [b, height, width, channels], float32 */
  x: tf.Tensor4D;
  /** [b], int32 */
  labels: tf.Tensor1D;
  /** Which pictures these are, as positions in the set; what stored logits are looked up by. */
  positions: Uint32Array;
  /** 1 where the picture was mirrored. */
  flipped: Uint8Array;
  dispose(): void;
}

/** Makes batches one by one; only one batch is copied out of the set at a time. */
export function* batches(set: PictureDataset, options: BatchOptions): Generator<Batch, void, undefined> {
  const { batchSize, shuffle, dropLast = false } = options;
  const table = valueTable(set, options);
  integer('batchSize', batchSize, { min: 1 });
  const order = shuffle === undefined ? undefined : shuffled(set.count, shuffle);
  const random = randomStream((options.seed ?? shuffle ?? 0) ^ 0x5bd1e995);
  const room = new Uint8Array(Math.min(batchSize, set.count) * set.pictureBytes());
  for (let start = 0; start < set.count; start += batchSize) {
    const size = Math.min(batchSize, set.count - start);
    if (dropLast && size < batchSize) return;
    const positions = Uint32Array.from({ length: size }, (_, i) => order?.[start + i] ?? start + i);
    yield makeBatch(set, positions, { table, room, random }, options);
  }
}

/** The float for each channel and byte value, [channels · 256]: normalising is then one look-up a pixel. */
function valueTable(set: PictureDataset, { normalise, crop = 0 }: BatchOptions): Float32Array {
  const [height, width, channels] = set.shape;
  integer('crop', crop, { min: 0, max: Math.min(height, width) - 1 });
  const { mean = Array<number>(channels).fill(0), std = Array<number>(channels).fill(1) } = normalise ?? {};
  if (
    mean.length !== channels ||
    std.length !== channels ||
    std.some((s) => !(s > 0)) ||
    mean.some((m) => !Number.isFinite(m))
  ) {
    throw new Error(
      `normalise needs a finite mean and a positive std for each of ${channels} channels, ` +
        `got mean [${mean.join(', ')}] and std [${std.join(', ')}].`,
    );
  }
  const valueOf = (byte: number, c: number): number => (byte / 255 - mean[c]) / std[c];
  return Float32Array.from({ length: 256 * channels }, (_, i) => valueOf(i % 256, Math.floor(i / 256)));
}

/** What the batches of one pass share. */
interface Workshop {
  table: Float32Array;
  /** For the bytes of one batch, which nobody reads once it is made. */
  room: Uint8Array;
  random: RandomStream;
}

function makeBatch(
  set: PictureDataset,
  positions: Uint32Array,
  { table, room, random }: Workshop,
  { flip = false, crop = 0, augment }: BatchOptions,
): Batch {
  const size = set.pictureBytes();
  const bytes = room.subarray(0, positions.length * size);
  if (crop > 0) bytes.fill(0);
  const flipped = new Uint8Array(positions.length);
  positions.forEach((position, i) => {
    flipped[i] = flip === 'all' || (flip && random.uniform() < 0.5) ? 1 : 0;
    const [down, right] =
      crop > 0 ? [random.integer(2 * crop + 1) - crop, random.integer(2 * crop + 1) - crop] : [0, 0];
    const to = bytes.subarray(i * size, (i + 1) * size);
    movePicture(set.picture(position), to, set.shape, { flip: flipped[i] === 1, down, right });
  });
  const plain = valuesOf(bytes, [positions.length, ...set.shape], table);
  const x = augment === undefined ? plain : changed(plain, augment);
  const labels = tf.tensor1d(
    Int32Array.from(positions, (position) => set.label(position)),
    'int32',
  );
  return { x, labels, positions, flipped, dispose: () => tf.dispose([x, labels]) };
}

function changed(plain: tf.Tensor4D, augment: (x: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const x = tf.tidy(() => augment(plain));
  if (x !== plain) plain.dispose();
  return x;
}

interface Move {
  flip: boolean;
  down: number;
  right: number;
}

/**
 * Writes one picture's bytes, shifted and mirrored on the way.
 *
 * @param to zeros at first, which stay where pixels would come from outside
 */
function movePicture(
  from: Uint8Array,
  to: Uint8Array,
  [height, width, channels]: readonly number[],
  { flip, down, right }: Move,
): void {
  if (!flip && down === 0 && right === 0) return to.set(from);
  const columns = width - Math.abs(right);
  const [firstFrom, firstTo] = [Math.max(0, right), Math.max(0, -right)];
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
    const source = ((y + down) * width + firstFrom) * channels;
    if (flip) mirrorRow(from, source, to, ((y + 1) * width - 1 - firstTo) * channels, columns, channels);
    else to.set(from.subarray(source, source + columns * channels), (y * width + firstTo) * channels);
  }
}

/** Writes pixels from `target` backwards. Colours have a loop of their own, which takes less than half the time. */
function mirrorRow(
  from: Uint8Array,
  source: number,
  to: Uint8Array,
  target: number,
  columns: number,
  channels: number,
): void {
  const end = source + columns * channels;
  if (channels === 3)
    for (; source < end; source += 3, target -= 3) {
      to[target] = from[source];
      to[target + 1] = from[source + 1];
      to[target + 2] = from[source + 2];
    }
  else
    for (; source < end; source += channels, target -= channels)
      for (let c = 0; c < channels; c++) to[target + c] = from[source + c];
}
