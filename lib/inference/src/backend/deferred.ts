import { tf } from './tf';

/** Values that nobody has read yet. */
interface Deferred {
  shape: number[];
  fill: (values: Float32Array) => void;
  /** There from the first reading on. */
  values: Float32Array | null;
  /** Variables that share them. */
  references: number;
}

/** What this file uses of tfjs's engine beyond its declared types. */
interface EngineCounters {
  nextTensorId(): number;
  nextVariableId(): number;
}

const waiting = new WeakMap<object, Deferred>();

function known(dataId: object): Deferred {
  const entry = waiting.get(dataId);
  if (!entry) throw new Error('These values are not deferred: they were filled or freed already.');
  return entry;
}

function read(dataId: object): Float32Array {
  const entry = known(dataId);
  if (!entry.values) {
    const values = new Float32Array(tf.util.sizeFromShape(entry.shape));
    entry.fill(values);
    entry.values = values;
  }
  return entry.values;
}

/**
 * Where deferred values are, as far as tfjs knows: on a backend of their own. Whoever computes with them has tfjs move
 * them to the backend that computes, as it moves all data of another backend, and that is when they are filled.
 */
class DeferredBackend extends tf.KernelBackend {
  override readSync(dataId: object): Float32Array {
    return read(dataId);
  }
  override read(dataId: object): Promise<Float32Array> {
    return Promise.resolve(read(dataId));
  }
  override refCount(dataId: object): number {
    return known(dataId).references;
  }
  override incRef(dataId: object): void {
    known(dataId).references++;
  }
  /** @returns whether the values are gone */
  override disposeData(dataId: object, force = false): boolean {
    const entry = waiting.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (!force && entry.references > 0) return false;
    waiting.delete(dataId);
    return true;
  }
}

const backend = new DeferredBackend();

function variableOf(dataId: object, shape: number[], trainable: boolean): tf.Variable {
  const engine = tf.engine();
  const counters = engine as unknown as EngineCounters;
  const name = String(counters.nextVariableId());
  const value = { dataId, shape, dtype: 'float32' } as tf.Tensor;
  const variable = new tf.Variable(value, trainable, name, counters.nextTensorId());
  engine.registeredVariables[name] = variable;
  engine.trackTensor(variable, backend);
  return variable;
}

/**
 * A float32 variable whose values are made when something first reads them: until then it takes no memory (though
 * `tf.memory` counts it), and if it is assigned to or freed before, they are never made.
 *
 * @param fill writes all values; called once at most
 */
export function deferredVariable(shape: readonly number[], fill: Deferred['fill'], trainable = true): tf.Variable {
  const dataId = {};
  waiting.set(dataId, { shape: [...shape], fill, values: null, references: 1 });
  return variableOf(dataId, [...shape], trainable);
}

/** A variable of its own with the values that another one has now; deferred ones stay deferred, and are filled once for both. */
export function copyVariable(variable: tf.Variable): tf.Variable {
  const entry = waiting.get(variable.dataId);
  if (!entry) return tf.variable(variable, variable.trainable);
  entry.references++;
  return variableOf(variable.dataId, variable.shape, variable.trainable);
}
