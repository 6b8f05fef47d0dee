import { PyTuple, type PyValue } from './values';
import type { ByteSource } from './source';

/** Steps that one pickle may take: some thousand checkpoints of the largest networks, and well below a gigabyte of values. */
const MAX_STEPS = 4_000_000;

/** What a pickle's names and calls mean; the interpreter itself knows none. */
export interface Dialect {
  /** A class or function. @throws when it is not in the closed list */
  global(module: string, name: string): PyValue;
  /** What calling it would give. */
  call(callee: PyValue, args: PyTuple): PyValue;
  /** Gives an object the state that was stored for it. */
  build(object: PyValue, state: PyValue): void;
  /** What a name of something outside of the pickle stands for. */
  persistent(id: PyValue): PyValue;
}

/** Stack and memo of an interpreter of pickles. */
export class Machine {
  private readonly stack: PyValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PyValue>();
  private steps = 0;
  /** Set by the instruction that ends a pickle. */
  done = false;

  constructor(
    readonly source: ByteSource,
    readonly dialect: Dialect,
  ) {}

  /** Counts an instruction. */
  step(): void {
    if (++this.steps > MAX_STEPS) throw new Error(`The pickle has more than ${MAX_STEPS} instructions.`);
  }

  push(value: PyValue): void {
    this.stack.push(value);
  }

  pop(): PyValue {
    this.requireValue();
    return this.stack.pop() as PyValue;
  }

  top(): PyValue {
    this.requireValue();
    return this.stack[this.stack.length - 1];
  }

  /** The topmost values, deepest first, taken off. */
  popMany(count: number): PyValue[] {
    if (this.stack.length - (this.marks.at(-1) ?? 0) < count) throw underflow();
    return this.stack.splice(this.stack.length - count, count);
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** All values above the last mark, taken off with it. */
  popMark(): PyValue[] {
    const at = this.marks.pop();
    if (at === undefined) throw underflow();
    return this.stack.splice(at);
  }

  popTuple(): PyTuple {
    const args = this.pop();
    if (args instanceof PyTuple) return args;
    throw new Error('The pickle calls something with arguments that are no tuple.');
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  /** Remembers under the next free number, as protocol 4 does. */
  memoize(): void {
    this.remember(this.memo.size);
  }

  recall(index: number): PyValue {
    const value = this.memo.get(index);
    if (value === undefined) throw new Error(`The pickle asks for value ${index} of its memo, which it never stored.`);
    return value;
  }

  private requireValue(): void {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw underflow();
  }
}

const underflow = (): Error => new Error('The pickle takes more values from its stack than it put there.');
