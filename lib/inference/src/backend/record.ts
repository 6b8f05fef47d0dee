import { nativeBackend, type OpAttribute } from './native';
import type { tf } from './tf';

/** A place in memory that tensors share; tfjs tells them apart by identity. */
export type DataId = object;

/** One operation as it was computed: what it read and made. */
export interface ComputedOperation {
  name: string;
  attributes: readonly OpAttribute[];
  inputs: readonly DataId[];
  outputs: readonly DataId[];
}

/** Values that came from JavaScript; `dtype` is TensorFlow's number of the type. */
export interface WrittenValues {
  dtype: number;
  shape: readonly number[];
  values: ArrayBufferView;
}

/** What was computed between two moments, as {@link recordOperations} saw it. */
export interface Recording {
  operations: ComputedOperation[];
  /** Values made in JavaScript meanwhile that operations read. */
  written: Map<DataId, WrittenValues>;
  /** Why the operations are not all there is to it; the first reason that came up. Undefined where they are. */
  obstacle?: string;
}

let recordings = 0;

/** Whether operations are being noted: values must be read by way of tfjs then, which is how the reader is noticed. */
export const isRecording = (): boolean => recordings > 0;

/**
 * Computes `body` and notes every operation of TensorFlow on the way, gradients included.
 *
 * @param known what the body may read from outside
 * @param readable those of `known` whose values JavaScript may look at
 * @returns the operations, and as `obstacle` whatever else the result depends on: tensors from outside that are not known,
 * values that JavaScript looked at
 */
export function recordOperations(
  known: Iterable<tf.Tensor>,
  readable: Iterable<tf.Tensor>,
  body: () => void,
): Recording {
  const recorder = new OperationRecorder(known, readable);
  recorder.around(body);
  return recorder.recording;
}

class OperationRecorder {
  readonly recording: Recording = { operations: [], written: new Map() };
  private readonly backend = nativeBackend();
  private readonly known: Set<DataId>;
  private readonly readable: Set<DataId>;
  /** Written in JavaScript since the recording began. */
  private readonly fresh = new Set<DataId>();
  private readonly produced = new Set<DataId>();

  constructor(known: Iterable<tf.Tensor>, readable: Iterable<tf.Tensor>) {
    this.known = new Set([...known].map(({ dataId }) => dataId));
    this.readable = new Set([...readable].map(({ dataId }) => dataId));
  }

  /** Puts this recorder before the backend's methods, as properties of the object that hide those of its class. */
  around(body: () => void): void {
    const { backend } = this;
    const { executeSingleOutput, executeMultipleOutputs, readSync, write } = backend;
    const hidden: Partial<typeof backend> = {
      executeSingleOutput: (name, attributes, inputs) => {
        this.look(name, inputs);
        const result = executeSingleOutput.call(backend, name, attributes, inputs);
        this.note(name, attributes, inputs, [result]);
        return result;
      },
      executeMultipleOutputs: (name, attributes, inputs, count) => {
        this.look(name, inputs);
        const results = executeMultipleOutputs.call(backend, name, attributes, inputs, count);
        this.note(name, attributes, inputs, results);
        return results;
      },
      readSync: (dataId) => {
        this.read(dataId);
        return readSync.call(backend, dataId);
      },
      write: (...given) => {
        const dataId = write.call(backend, ...given);
        this.fresh.add(dataId);
        return dataId;
      },
    };
    Object.assign(backend, hidden);
    recordings++;
    try {
      body();
    } finally {
      recordings--;
      for (const name of Object.keys(hidden) as Array<keyof typeof hidden>) Reflect.deleteProperty(backend, name);
    }
  }

  private refuse(reason: string): void {
    this.recording.obstacle ??= reason;
  }

  private read(dataId: DataId): void {
    if (this.readable.has(dataId)) return;
    if (this.produced.has(dataId) || this.known.has(dataId))
      this.refuse(`JavaScript reads a value that '${this.makerOf(dataId)}' computed, and may act on it`);
  }

  private makerOf(dataId: DataId): string {
    return this.recording.operations.find(({ outputs }) => outputs.includes(dataId))?.name ?? 'the step before';
  }

  /** Before an operation: TensorFlow takes written values over when it first reads them. */
  private look(name: string, inputs: readonly tf.TensorInfo[]): void {
    const { written } = this.recording;
    for (const { dataId } of inputs) {
      // The package has a class of its own for single 64-bit integers, which has no place in memory.
      if (!dataId) this.refuse(`'${name}' reads a 64-bit integer outside of tensors`);
      else if (this.known.has(dataId) || this.produced.has(dataId) || written.has(dataId)) continue;
      else if (!this.fresh.has(dataId)) this.refuse(`'${name}' reads a tensor that was made outside of the step`);
      else {
        const { dtype, shape, values } = this.backend.tensorMap.get(dataId);
        if (values) written.set(dataId, { dtype, shape: [...shape], values: values.slice() });
        else this.refuse(`'${name}' reads values that are no numbers`);
      }
    }
  }

  private note(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    results: readonly tf.TensorInfo[],
  ): void {
    const outputs = results.map(({ dataId }) => dataId);
    outputs.forEach((dataId) => this.produced.add(dataId));
    this.recording.operations.push({ name, attributes, inputs: inputs.map(({ dataId }) => dataId), outputs });
  }
}
