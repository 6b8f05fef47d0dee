import { shapeText, sizeOf, type Shape } from '../../shape';
import { PyObject, PyTuple, shown, type PyValue } from './pickle';
import type { ElementType } from './types';

/** Bytes that several tensors may share: a whole storage of the file, or a part of one. */
export class Storage extends PyObject {
  readonly title = 'a storage';
  constructor(
    /** Which storage of the file. */
    readonly key: string,
    readonly elements: ElementType,
    /** Length in bytes. */
    readonly bytes: number,
    /** First byte within the storage of the file. */
    readonly begin = 0,
  ) {
    super();
  }
}

/** A tensor: how its elements lie in a storage. */
export class TensorView extends PyObject {
  readonly title = 'a tensor';
  constructor(
    readonly storage: Storage,
    readonly elements: ElementType,
    /** Elements of the storage before the first. */
    readonly offset: number,
    readonly shape: Shape,
    /** Elements of the storage that one step along each dimension passes over. */
    readonly strides: readonly number[],
  ) {
    super();
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Elements of the storage from the first to the last that the tensor has. */
  get extent(): number {
    if (this.size === 0) return 0;
    return this.shape.reduce((last, n, axis) => last + (n - 1) * this.strides[axis], 1);
  }

  /** Whether its elements lie one after the other, the last dimension fastest. */
  get isContiguous(): boolean {
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== expected) return this.size === 0;
      expected *= this.shape[axis];
    }
    return true;
  }
}

/** A value that no tensor depends on. */
export class Opaque extends PyObject {
  constructor(readonly title: string) {
    super();
  }
}

/** A value that this library does not read, refused when an entry is one. */
export class RefusedValue extends PyObject {
  /** @param hint what to do in Python, as an infinitive without a subject; '' where nothing helps */
  constructor(
    readonly title: string,
    readonly hint = '',
  ) {
    super();
  }
}

/** Dimensions of a tensor in torch are at most that many. */
const MAX_RANK = 64;

const isCount = (value: PyValue): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Numbers of a tensor, one a dimension. */
export function counts(what: string, value: PyValue): number[] {
  const items = value instanceof PyTuple ? value.items : null;
  if (!items || items.length > MAX_RANK || !items.every(isCount))
    throw new Error(
      `The ${what} of a tensor must be a tuple of at most ${MAX_RANK} integers that are not negative, got ` +
        `${items ? `(${items.slice(0, MAX_RANK).map(shown).join(', ')})` : shown(value)}.`,
    );
  return items as number[];
}

/** What a tensor is made from, as torch's functions that rebuild one are given it. */
export interface TensorArguments {
  storage: PyValue;
  offset: PyValue;
  shape: PyValue;
  strides: PyValue;
  /** Default: that of the storage. */
  elements?: ElementType;
}

/**
 * A tensor that lies within its storage.
 *
 * @param maxBytes what its values may take: a tensor may repeat elements, but not fill the memory from a small file
 * @throws when a number is negative or no integer, or the tensor would reach beyond its storage
 */
export function tensorView(args: TensorArguments, maxBytes: number): TensorView {
  const { storage, offset } = args;
  if (!(storage instanceof Storage)) throw new Error(`A tensor must have a storage, got ${shown(storage)}.`);
  if (!isCount(offset))
    throw new Error(`The offset of a tensor must be an integer that is not negative, got ${shown(offset)}.`);
  const [shape, strides] = [counts('shape', args.shape), counts('strides', args.strides)];
  if (shape.length !== strides.length)
    throw new Error(`A tensor of shape ${shapeText(shape)} has ${strides.length} strides: ${shapeText(strides)}.`);
  const elements = args.elements ?? storage.elements;
  const view = new TensorView(storage, elements, offset, shape, strides);
  if (view.size * elements.size > Math.max(maxBytes, storage.bytes))
    throw new Error(
      `A tensor of shape ${shapeText(shape)} would take ${view.size * elements.size} bytes, more than the whole file.`,
    );
  const capacity = Math.floor(storage.bytes / elements.size);
  if (view.size > 0 && offset + view.extent > capacity)
    throw new Error(
      `A tensor of shape ${shapeText(shape)}, strides ${shapeText(strides)} and offset ${offset} reaches element ` +
        `${offset + view.extent - 1} of its storage, which has ${capacity}.`,
    );
  return view;
}
