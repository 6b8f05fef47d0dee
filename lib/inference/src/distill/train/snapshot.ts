import { tf } from '../../backend';
import type { Module } from '../../nn';

/** A copy of all parameters and buffers, to go back to. */
export class Snapshot {
  private values: tf.Tensor[];

  constructor(private readonly net: Module) {
    this.values = this.copy();
  }

  private copy(): tf.Tensor[] {
    return this.net.namedSlots({ once: true }).map(([, { tensor }]) => tf.keep(tf.clone(tensor)));
  }

  /** Takes the network's present state instead. */
  take(): void {
    tf.dispose(this.values);
    this.values = this.copy();
  }

  /** Puts the copied state back into the network. */
  restore(): void {
    this.net.namedSlots({ once: true }).forEach(([, { tensor }], i) => void tensor.assign(this.values[i]));
  }

  /** Tensors by name, still the snapshot's. */
  entries(): Array<[string, tf.Tensor]> {
    return this.net.namedSlots({ once: true }).map(([name], i) => [name, this.values[i]]);
  }

  /** Takes other values in, one for each entry. */
  replace(read: (name: string, like: tf.Tensor) => tf.Tensor): void {
    const values = this.entries().map(([name, like]) => tf.keep(read(name, like)));
    tf.dispose(this.values);
    this.values = values;
  }

  dispose(): void {
    tf.dispose(this.values);
  }
}
