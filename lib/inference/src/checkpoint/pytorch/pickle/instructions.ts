import { RefusedError } from '../refused';
import type { Machine } from './machine';
import { checkIntegerLength, floatText, integerOf, integerOrBoolean, integerText, pairs } from './numbers';
import { escapedText, quotedText } from './strings';
import { PyDict, PyList, PySet, PyTuple, shown, type PyValue } from './values';

/** What one instruction does. */
export type Instruction = (machine: Machine) => void;

const push =
  (value: (machine: Machine) => PyValue): Instruction =>
  (machine) =>
    machine.push(value(machine));

const bytes = (machine: Machine, length: number): Uint8Array => Uint8Array.from(machine.source.take(length));

/** Byte strings of Python 2 are names and texts. */
const latin1 = (machine: Machine, length: number): string => machine.source.take(length).toString('latin1');

function named(machine: Machine, module: PyValue, name: PyValue): PyValue {
  if (typeof module !== 'string' || typeof name !== 'string')
    throw new Error(`The pickle names a class by ${shown(module)} and ${shown(name)}, which are no texts.`);
  return machine.dialect.global(module, name);
}

function listOf(items: readonly PyValue[]): PyList {
  const list = new PyList();
  for (const item of items) list.items.push(item);
  return list;
}

function dictOf(items: readonly PyValue[]): PyDict {
  const dict = new PyDict();
  for (const [key, value] of pairs(items)) dict.set(key, value);
  return dict;
}

function setOf(items: readonly PyValue[]): PySet {
  const set = new PySet();
  for (const item of items) set.items.push(item);
  return set;
}

function extend(machine: Machine, items: readonly PyValue[]): void {
  const target = machine.top();
  if (!(target instanceof PyList)) throw new Error(`The pickle appends to ${shown(target)}, which is no list.`);
  for (const item of items) target.items.push(item);
}

function setItems(machine: Machine, items: readonly PyValue[]): void {
  const target = machine.top();
  if (!(target instanceof PyDict)) throw new Error(`The pickle sets an item of ${shown(target)}, which is no dict.`);
  for (const [key, value] of pairs(items)) target.set(key, value);
}

function addItems(machine: Machine, items: readonly PyValue[]): void {
  const target = machine.top();
  if (!(target instanceof PySet)) throw new Error(`The pickle adds to ${shown(target)}, which is no set.`);
  for (const item of items) target.items.push(item);
}

function reduce(machine: Machine): void {
  const args = machine.popTuple();
  machine.push(machine.dialect.call(machine.pop(), args));
}

function build(machine: Machine): void {
  const state = machine.pop();
  machine.dialect.build(machine.top(), state);
}

/** Old instruction: name and arguments of a class at once. */
function instance(machine: Machine): void {
  const callee = named(machine, machine.source.line(), machine.source.line());
  machine.push(machine.dialect.call(callee, new PyTuple(machine.popMark())));
}

function object(machine: Machine): void {
  const [callee, ...args] = machine.popMark();
  if (callee === undefined) throw new Error('The pickle makes an object of no class.');
  machine.push(machine.dialect.call(callee, new PyTuple(args)));
}

function stackGlobal(machine: Machine): void {
  const [module, name] = machine.popMany(2);
  machine.push(named(machine, module, name));
}

function protocol(machine: Machine): void {
  const version = machine.source.uint8();
  if (version > 5) throw new RefusedError(`Its pickle has protocol ${version}; those up to 5 are known.`);
}

const refuse =
  (what: string): Instruction =>
  () => {
    throw new RefusedError(`Its pickle uses ${what}, which no checkpoint needs.`);
  };

const code = (letter: string): number => letter.charCodeAt(0);

/** Every instruction of protocols 0 to 5 by its byte (Python's pickletools describes them). */
export const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, protocol],
  [0x95, (m) => void m.source.length64()], // a frame: how much follows
  [code('.'), (m) => void (m.done = true)],
  [code('('), (m) => m.mark()],
  [code('0'), (m) => void m.pop()],
  [code('1'), (m) => void m.popMark()],
  [code('2'), push((m) => m.top())],
  // constants and numbers
  [code('N'), push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [code('I'), push((m) => integerOrBoolean(m.source.line()))],
  [code('L'), push((m) => integerText(m.source.line()))],
  [code('F'), push((m) => floatText(m.source.line()))],
  [code('J'), push((m) => m.source.int32())],
  [code('K'), push((m) => m.source.uint8())],
  [code('M'), push((m) => m.source.uint16())],
  [0x8a, push((m) => integerOf(m.source.take(m.source.uint8())))],
  [0x8b, push((m) => integerOf(m.source.take(checkIntegerLength(m.source.int32()))))],
  [code('G'), push((m) => m.source.float64())],
  // texts and bytes
  [code('S'), push((m) => quotedText(m.source.line()))],
  [code('T'), push((m) => latin1(m, m.source.uint32()))],
  [code('U'), push((m) => latin1(m, m.source.uint8()))],
  [code('V'), push((m) => escapedText(m.source.line()))],
  [code('X'), push((m) => m.source.text(m.source.uint32()))],
  [0x8c, push((m) => m.source.text(m.source.uint8()))],
  [0x8d, push((m) => m.source.text(m.source.length64()))],
  [code('B'), push((m) => bytes(m, m.source.uint32()))],
  [code('C'), push((m) => bytes(m, m.source.uint8()))],
  [0x8e, push((m) => bytes(m, m.source.length64()))],
  [0x96, push((m) => bytes(m, m.source.length64()))],
  [0x97, refuse('buffers beside it (NEXT_BUFFER)')],
  [0x98, refuse('buffers beside it (READONLY_BUFFER)')],
  // containers
  [code(')'), push(() => new PyTuple([]))],
  [code('t'), push((m) => new PyTuple(m.popMark()))],
  [0x85, push((m) => new PyTuple(m.popMany(1)))],
  [0x86, push((m) => new PyTuple(m.popMany(2)))],
  [0x87, push((m) => new PyTuple(m.popMany(3)))],
  [code(']'), push(() => new PyList())],
  [code('l'), push((m) => listOf(m.popMark()))],
  [code('a'), (m) => extend(m, m.popMany(1))],
  [code('e'), (m) => extend(m, m.popMark())],
  [code('}'), push(() => new PyDict())],
  [code('d'), push((m) => dictOf(m.popMark()))],
  [code('s'), (m) => setItems(m, m.popMany(2))],
  [code('u'), (m) => setItems(m, m.popMark())],
  [0x8f, push(() => new PySet())],
  [0x90, (m) => addItems(m, m.popMark())],
  [0x91, push((m) => setOf(m.popMark()))],
  // memo
  [code('p'), (m) => m.remember(memoIndex(m))],
  [code('q'), (m) => m.remember(m.source.uint8())],
  [code('r'), (m) => m.remember(m.source.uint32())],
  [0x94, (m) => m.memoize()],
  [code('g'), push((m) => m.recall(memoIndex(m)))],
  [code('h'), push((m) => m.recall(m.source.uint8()))],
  [code('j'), push((m) => m.recall(m.source.uint32()))],
  // names and calls
  [code('c'), push((m) => named(m, m.source.line(), m.source.line()))],
  [0x93, stackGlobal],
  [code('R'), reduce],
  [0x81, reduce],
  [0x92, refuse('a call with named arguments (NEWOBJ_EX)')],
  [code('b'), build],
  [code('i'), instance],
  [code('o'), object],
  [code('P'), push((m) => m.dialect.persistent(m.source.line()))],
  [code('Q'), push((m) => m.dialect.persistent(m.pop()))],
  [0x82, refuse('a registry of extensions (EXT1)')],
  [0x83, refuse('a registry of extensions (EXT2)')],
  [0x84, refuse('a registry of extensions (EXT4)')],
]);

function memoIndex(machine: Machine): number {
  const index = integerText(machine.source.line());
  if (typeof index === 'number' && index >= 0) return index;
  throw new Error(`The pickle numbers a value of its memo ${index}.`);
}
