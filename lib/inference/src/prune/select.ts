/**
 * Selection of the k smallest values, ties included, as `torch.topk` selects them on a CPU. PyTorch sorts pairs of value
 * and index with the C++ standard library, comparing values only: `nth_element` where k is more than a 64th of all
 * values, `partial_sort` where it is less (pytorch: aten/src/ATen/native/TopKImpl.h). Which of several equal values it
 * takes is therefore settled by libstdc++'s algorithms, which are followed here step by step where it matters.
 */

/** Values and their positions, moved together. */
interface Queue {
  values: Float32Array;
  indices: Uint32Array;
}

/** Marks the k smallest of `magnitudes` with 1, in an array of the same length. No value may be negative or NaN. */
export function markSmallest(magnitudes: Float32Array, k: number): Uint8Array {
  const marks = new Uint8Array(magnitudes.length);
  if (k === 0) return marks;
  const cut = threshold(k, (visit) => visit(magnitudes));
  if (!cut.ambiguous) {
    for (let i = 0; i < magnitudes.length; i++) marks[i] = magnitudes[i] <= cut.value ? 1 : 0;
    return marks;
  }
  const indices = selectSmallest(Float32Array.from(magnitudes), k);
  for (let i = 0; i < k; i++) marks[indices[i]] = 1;
  return marks;
}

/** Marks the k largest of `values` with 1. No value may be NaN. */
export function markLargest(values: Float32Array, k: number): Uint8Array {
  const marks = new Uint8Array(values.length);
  if (k === 0) return marks;
  const indices = selectSmallest(
    values.map((value) => -value),
    k,
  );
  for (let i = 0; i < k; i++) marks[indices[i]] = 1;
  return marks;
}

/** Positions of the k smallest values in the first k places of the result; reorders `values` on the way. */
export function selectSmallest(values: Float32Array, k: number): Uint32Array {
  const queue = { values, indices: new Uint32Array(values.length) };
  for (let i = 0; i < values.length; i++) queue.indices[i] = i;
  if (k * 64 <= values.length) heapSelect(queue, 0, k, values.length);
  else nthElement(queue, k - 1);
  return queue.indices;
}

/** The k-th smallest magnitude. */
interface Threshold {
  value: number;
  /** Whether more than k magnitudes are at most `value`, so that equal ones have to be told apart. */
  ambiguous: boolean;
  /** Whether every magnitude is at most `value`. */
  all: boolean;
}

/** Calls its argument with all values, in any number of pieces; only those with a 1 in `keep` count, if it is given. */
type Pieces = (visit: (values: Float32Array, keep?: ArrayLike<number>) => void) => void;

/**
 * Finds the k-th smallest magnitude (k >= 1) in two passes over the values, counting upper and then lower halves of
 * their bits, with no copy of them: without the sign, bits of float32 rise with the magnitude. No value may be NaN.
 */
export function threshold(k: number, pieces: Pieces): Threshold {
  const upper = new Uint32Array(0x8000);
  pieces((values, keep) => countUpper(bitsOf(values), keep, upper));
  const high = find(upper, k);
  const lower = new Uint32Array(0x10000);
  pieces((values, keep) => countLower(bitsOf(values), keep, high.bin, lower));
  const low = find(lower, k - high.below);
  const upTo = high.below + low.below + lower[low.bin];
  const size = upper.reduce((a, b) => a + b, 0);
  const [value] = new Float32Array(Uint32Array.of((high.bin << 16) | low.bin).buffer);
  return { value, ambiguous: upTo > k, all: upTo === size };
}

const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

function countUpper(bits: Uint32Array, keep: ArrayLike<number> | undefined, counts: Uint32Array): void {
  if (!keep) {
    for (let i = 0; i < bits.length; i++) counts[(bits[i] >>> 16) & 0x7fff]++;
    return;
  }
  for (let i = 0; i < bits.length; i++) if (keep[i] === 1) counts[(bits[i] >>> 16) & 0x7fff]++;
}

function countLower(bits: Uint32Array, keep: ArrayLike<number> | undefined, high: number, counts: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) {
    if (((bits[i] >>> 16) & 0x7fff) === high && (!keep || keep[i] === 1)) counts[bits[i] & 0xffff]++;
  }
}

function find(counts: Uint32Array, k: number): { bin: number; below: number } {
  let below = 0;
  let bin = 0;
  while (below + counts[bin] < k) below += counts[bin++];
  return { bin, below };
}

function swap({ values, indices }: Queue, a: number, b: number): void {
  const value = values[a];
  values[a] = values[b];
  values[b] = value;
  const index = indices[a];
  indices[a] = indices[b];
  indices[b] = index;
}

/** libstdc++'s `__introselect`. */
function nthElement(queue: Queue, nth: number): void {
  let [first, last] = [0, queue.values.length];
  let depth = 2 * (31 - Math.clz32(last)); // twice the logarithm
  while (last - first > 3) {
    if (depth-- === 0) {
      heapSelect(queue, first, nth + 1, last);
      swap(queue, first, nth);
      return;
    }
    const cut = partition(queue, first, last);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  insertionSort(queue, first, last);
}

/** libstdc++'s `__unguarded_partition_pivot`: around the median of the second, middle and last value. */
function partition(queue: Queue, first: number, last: number): number {
  const { values } = queue;
  swap(queue, first, median(values, first + 1, first + Math.floor((last - first) / 2), last - 1));
  const pivot = values[first];
  let [left, right] = [first + 1, last];
  for (;;) {
    while (values[left] < pivot) left++;
    right--;
    while (pivot < values[right]) right--;
    if (left >= right) return left;
    swap(queue, left, right);
    left++;
  }
}

function median(values: Float32Array, a: number, b: number, c: number): number {
  if (values[a] < values[b]) {
    if (values[b] < values[c]) return b;
    return values[a] < values[c] ? c : a;
  }
  if (values[a] < values[c]) return a;
  return values[b] < values[c] ? c : b;
}

function insertionSort(queue: Queue, first: number, last: number): void {
  for (let i = first + 1; i < last; i++) {
    for (let j = i; j > first && queue.values[j] < queue.values[j - 1]; j--) swap(queue, j, j - 1);
  }
}

/** libstdc++'s `__heap_select`: afterwards the smallest values lie in [first, middle), as a heap. */
function heapSelect(queue: Queue, first: number, middle: number, last: number): void {
  const { values, indices } = queue;
  const size = middle - first;
  for (let parent = Math.floor((size - 2) / 2); parent >= 0; parent--) {
    sift(queue, { first, hole: parent, size, value: values[first + parent], index: indices[first + parent] });
  }
  for (let i = middle; i < last; i++) {
    if (!(values[i] < values[first])) continue;
    const [value, index] = [values[i], indices[i]];
    values[i] = values[first];
    indices[i] = indices[first];
    sift(queue, { first, hole: 0, size, value, index });
  }
}

interface Sift {
  first: number;
  hole: number;
  size: number;
  value: number;
  index: number;
}

/** libstdc++'s `__adjust_heap`: the hole sinks to a leaf along the larger children, then the value rises from there. */
function sift({ values, indices }: Queue, { first, hole, size, value, index }: Sift): void {
  const top = hole;
  const move = (from: number): void => {
    values[first + hole] = values[first + from];
    indices[first + hole] = indices[first + from];
    hole = from;
  };
  while (hole < Math.floor((size - 1) / 2)) {
    const right = 2 * (hole + 1);
    move(values[first + right] < values[first + right - 1] ? right - 1 : right);
  }
  if (size % 2 === 0 && hole === (size - 2) / 2) move(2 * hole + 1);
  for (let parent = (hole - 1) >> 1; hole > top && values[first + parent] < value; parent = (hole - 1) >> 1)
    move(parent);
  values[first + hole] = value;
  indices[first + hole] = index;
}
