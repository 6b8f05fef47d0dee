import { tf } from '../../backend';

/** What to write instead of a function of tfjs, by its name; `F` is nn.functional. */
const INSTEAD: ReadonlyMap<string, string> = new Map(
  Object.entries({
    mul: 'F.multiply(a, b)',
    sub: 'F.add(a, F.multiply(b, F.constant([-1], [1])))',
    neg: 'F.multiply(x, F.constant([-1], [1]))',
    div: 'F.multiply(a, F.constant([1 / number], [1]))',
    square: 'F.multiply(x, x)',
    minimum: 'F.clampMax(x, max)',
    matMul: 'F.matmul(a, b)',
    dot: 'F.matmul(a, b)',
    sum: 'F.mean(x, axes) times the number of values',
    split: 'F.slice(x, begin, size) for each part',
    unstack: 'F.slice(x, begin, size) for each part',
    stack: 'F.concat(parts, axis) of reshaped parts',
    tile: 'F.add(tf.zeros(shape), x)',
    broadcastTo: 'F.add(tf.zeros(shape), x)',
    ...Object.fromEntries(
      ['squeeze', 'expandDims', 'as1D', 'as2D', 'as3D', 'as4D', 'as5D', 'reshapeAs', 'asScalar'].map((name) => [
        name,
        'F.reshape(x, shape)',
      ]),
    ),
    ...Object.fromEntries(
      (
        'add concat conv2d exp flatten gather mean pad relu relu6 reshape sigmoid slice softmax tanh transpose ' +
        'maxPool avgPool batchNorm'
      )
        .split(' ')
        .map((name) => [name, `F.${name}`]),
    ),
  }),
);

/** Says that a function of tfjs cannot be recorded, and what can. @param call as it stands in `forward`: `x.add` */
function bypassText(call: string, name: string): string {
  const instead = INSTEAD.has(name) ? `write ${INSTEAD.get(name)} (F is nn.functional)` : undefined;
  return (
    `${call} goes past the functions that a graph can hold: ` +
    `${instead ?? 'use functions of nn.functional, or define an operation of your own with nn.ops.defineOp'}.`
  );
}

/** Methods of a tensor that give its numbers. */
const NUMBERS = new Set([
  'array',
  'arraySync',
  'buffer',
  'bufferSync',
  'bytes',
  'data',
  'dataSync',
  'dataToGPU',
  'print',
]);
/** Left out: tfjs takes what can `throwIfDisposed` for a tensor, and would look for its memory. */
const OWN = new Set(['rankType', 'throwIfDisposed']);

const NO_NUMBERS = 'A traced tensor has no values: forward must not depend on the numbers in its input';

/** Gives the class of symbols the methods of tensors: each refuses by its name, or does nothing where that is right. */
export function refuseMethods(symbol: { prototype: object }): void {
  for (const name of Object.getOwnPropertyNames(tf.Tensor.prototype)) {
    if (OWN.has(name) || name in symbol.prototype) continue;
    const value = (): never => {
      throw new Error(
        NUMBERS.has(name) ? `${NO_NUMBERS}, which x.${name}() asks for.` : bypassText(`x.${name}()`, name),
      );
    };
    Object.defineProperty(symbol.prototype, name, { value, configurable: true, writable: true });
  }
}

/** Refuses a symbol as a number (`x + 1`); as text it is its shape. */
export function primitiveOf(hint: string, shape: readonly number[]): string {
  if (hint === 'string') return `traced tensor [${shape.join(', ')}]`;
  throw new Error(`${NO_NUMBERS}, which arithmetic of JavaScript asks for: write F.add or F.multiply (nn.functional).`);
}

/** tfjs's words for an argument that is no tensor. */
const NO_TENSOR = /passed to '(\w+)' must be a Tensor.*SymbolicTensor/s;

/** An error of tfjs that was given a symbol, in words of this library; other errors as they are. */
export function explained(error: Error): Error {
  const [, name] = NO_TENSOR.exec(error.message) ?? [];
  return name ? new Error(bypassText(`tf.${name} on a traced tensor`, name)) : error;
}
