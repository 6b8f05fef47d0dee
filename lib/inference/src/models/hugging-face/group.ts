import type { tf } from '../../backend';
import { Module } from '../../nn';

/** Children only, for names such as `attention.output.dense`. */
export class Group extends Module {
  forward(): tf.Tensor {
    throw new Error('This module only groups others: call forward of its children.');
  }
}
