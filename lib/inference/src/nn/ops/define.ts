import { placeText } from '../path';
import type { tf } from '../../backend';
import type { Attributes, OpDefinition, Operation, OpSpecification } from './definition';
import { apply, type GraphNode } from './symbol';

const definitions = new Map<string, OpDefinition>();

/**
 * Registers an operation; names are unique.
 *
 * @returns the definition, which is also a function of its `signature`
 * @throws when there is an operation of that name
 */
export function defineOp<A extends Attributes, P extends unknown[] = [inputs: tf.Tensor[], attrs: A]>(
  specification: OpSpecification<A, P>,
): Operation<A, P> {
  const { signature, ...definition } = specification;
  if (definitions.has(definition.name)) throw new Error(`An operation named '${definition.name}' exists already.`);
  const call = (...args: P): tf.Tensor => {
    const { inputs, attrs } = signature ? signature(...args) : { inputs: args[0] as tf.Tensor[], attrs: args[1] as A };
    return apply(operation, inputs, attrs);
  };
  const properties = {
    ...definition,
    traits: definition.traits ?? { kind: 'other' },
    integers: definition.integers ?? [],
  };
  // Not Object.assign: a function has a name already, which can be defined anew but not assigned.
  for (const [key, value] of Object.entries(properties))
    Object.defineProperty(call, key, { value, enumerable: true, configurable: true });
  const operation = call as Operation<A, P>;
  definitions.set(definition.name, operation);
  return operation;
}

/** The operation of that name, or undefined. */
export function findOp(name: string): OpDefinition | undefined {
  return definitions.get(name);
}

/** All operations, in the order they were defined. */
export function allOps(): OpDefinition[] {
  return [...definitions.values()];
}

/**
 * The operation of a node.
 *
 * @throws when nothing of that name is defined
 */
export function opOf({ op, path, moduleType }: GraphNode): OpDefinition {
  const found = definitions.get(op);
  if (found) return found;
  const place = path ? ` in ${placeText(path, moduleType)}` : '';
  throw new Error(`The graph holds an operation '${op}'${place} that is not defined; define it with nn.ops.defineOp.`);
}
