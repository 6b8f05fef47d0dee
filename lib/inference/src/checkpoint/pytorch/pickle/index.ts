/**
 * An interpreter of Python's pickles, protocols 0 to 5, that runs nothing: it describes values, and asks a dialect what
 * the few names mean that this one knows.
 */
import { INSTRUCTIONS } from './instructions';
import { Machine, type Dialect } from './machine';
import type { ByteSource } from './source';
import type { PyValue } from './values';

export type { Dialect } from './machine';
export { pairsOf } from './numbers';
export { ByteSource, MAX_PICKLE_BYTES } from './source';
export { PyDict, PyList, PyObject, PySet, PyTuple, shown, type PyValue } from './values';

/**
 * Reads one pickle; the source stands behind it afterwards, where another may follow.
 *
 * @throws when the pickle is damaged, too large, or names what the dialect does not know
 */
export function unpickle(source: ByteSource, dialect: Dialect): PyValue {
  const machine = new Machine(source, dialect);
  while (!machine.done) {
    machine.step();
    const at = source.position;
    const byte = source.uint8();
    const instruction = INSTRUCTIONS.get(byte);
    if (!instruction)
      throw new Error(`Byte ${at} of its pickle, 0x${byte.toString(16).padStart(2, '0')}, is no instruction.`);
    instruction(machine);
  }
  return machine.pop();
}
