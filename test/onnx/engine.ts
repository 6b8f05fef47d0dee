import * as ort from 'onnxruntime-node';
import { encodeModel, type AttributeProto, type ModelProto, type TensorProto } from 'scalable-inference/onnx';

type Typed = Float32Array | Int8Array | Uint8Array | Int32Array;

const TYPE = (data: Typed): { number: number; name: 'float32' | 'uint8' | 'int8' | 'int32' } =>
  data instanceof Float32Array
    ? { number: 1, name: 'float32' }
    : data instanceof Uint8Array
      ? { number: 2, name: 'uint8' }
      : data instanceof Int8Array
        ? { number: 3, name: 'int8' }
        : { number: 6, name: 'int32' };

/** One operand of an operation. */
export interface Operand {
  data: Typed;
  shape: readonly number[];
  /** Fed at run time; otherwise it is a constant of the model. */
  fed?: boolean;
}

/** A scalar constant. */
export const scalar = (data: Typed): Operand => ({ data, shape: [] });

function tensor(name: string, { data, shape }: Operand): TensorProto {
  return {
    name,
    dims: [...shape],
    data_type: TYPE(data).number,
    raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** Runs one operation in onnxruntime without any rewriting: what its own kernel gives. */
export async function runOperation(
  op: string,
  operands: readonly Operand[],
  attributes: Record<string, number | readonly number[]>,
  result: Typed,
  domain = '',
): Promise<Typed> {
  const attribute = Object.entries(attributes).map(([name, value]): AttributeProto =>
    typeof value === 'number' ? { name, type: 2, i: value } : { name, type: 7, ints: [...value] },
  );
  const info = (name: string, data: Typed, shape: readonly number[] | null): object => ({
    name,
    type: {
      tensor_type: {
        elem_type: TYPE(data).number,
        ...(shape ? { shape: { dim: shape.map((n) => ({ dim_value: n })) } } : {}),
      },
    },
  });
  const names = operands.map((_, i) => `x${i}`);
  const model = {
    ir_version: 9,
    producer_name: 'test',
    producer_version: '1',
    opset_import: [
      { domain: '', version: 20 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'one',
      node: [{ name: 'node', op_type: op, domain, input: names, output: ['y'], attribute }],
      initializer: operands.flatMap((operand, i) => (operand.fed ? [] : [tensor(names[i], operand)])),
      input: operands.flatMap((operand, i) => (operand.fed ? [info(names[i], operand.data, operand.shape)] : [])),
      output: [info('y', result, null)],
    },
  } as unknown as ModelProto;
  const session = await ort.InferenceSession.create(encodeModel(model), {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    operands.flatMap((operand, i) =>
      operand.fed
        ? [[names[i], new ort.Tensor(TYPE(operand.data).name, operand.data as never, [...operand.shape])]]
        : [],
    ),
  );
  const { y } = await session.run(feeds);
  await session.release();
  return y.data as Typed;
}
