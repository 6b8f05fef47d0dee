import { PyDict, PyList, PySet, PyTuple, pairsOf, shown, type PyValue } from './pickle';
import { Opaque, RefusedValue, tensorView, TensorView, type TensorArguments } from './tensor';
import { refusedSparse, sparseView, SparseView } from './sparse';
import { ElementType } from './types';

/** What a call of a known name gives; tensors may take `maxBytes`. */
type Call = (args: readonly PyValue[], maxBytes: number) => PyValue;

/** Items of a list or tuple. */
function itemsOf(value: PyValue): readonly PyValue[] {
  if (value instanceof PyList || value instanceof PyTuple) return value.items;
  throw new Error(`The pickle needs a list, got ${shown(value)}.`);
}

function requireTensor(value: PyValue | undefined): TensorView | SparseView | RefusedValue {
  if (value instanceof TensorView || value instanceof SparseView || value instanceof RefusedValue) return value;
  throw new Error(`A parameter must be made of a tensor, got ${shown(value)}.`);
}

/** Dicts of a class, made without items, or from pairs of them as Python 2 did. */
function dict([items]: readonly PyValue[]): PyDict {
  const made = new PyDict();
  if (items instanceof PyDict) for (const [key, value] of items.items) made.set(key, value);
  else if (items !== undefined) for (const [key, value] of pairsOf(items, itemsOf)) made.set(key, value);
  return made;
}

function checked(args: TensorArguments, metadata: PyValue | undefined, maxBytes: number): PyValue {
  const view = tensorView(args, maxBytes);
  if (view.elements.dtype === null)
    return new RefusedValue(
      `a tensor of type ${view.elements.title}`,
      'convert it to a usual type, such as by .float(),',
    );
  const flags = metadata instanceof PyDict ? [...metadata.items.values()] : [];
  if (flags.some((flag) => flag !== false))
    return new RefusedValue('a conjugate or negative view', 'write it out by .resolve_conj() and .resolve_neg()');
  return view;
}

const rebuildTensor: Call = ([storage, offset, shape, strides, , , metadata], maxBytes) =>
  checked({ storage, offset, shape, strides }, metadata, maxBytes);

/** Of types that have no class of storages. */
const rebuildTyped: Call = ([storage, offset, shape, strides, , , elements, metadata], maxBytes) => {
  if (!(elements instanceof ElementType)) throw new Error(`A tensor must have a type, got ${shown(elements)}.`);
  return checked({ storage, offset, shape, strides, elements }, metadata, maxBytes);
};

/** Layout, then parts: coordinates, values, shape, whether the coordinates are in order. */
const rebuildSparse: Call = ([layout, data], maxBytes) =>
  layout instanceof Opaque && layout.title === 'torch.sparse_coo'
    ? sparseView(itemsOf(data), maxBytes)
    : refusedSparse();

/** A subclass of tensors, or a tensor with fields: function, class, arguments, fields. */
const rebuildFromType: Call = ([rebuild, type, args], maxBytes) => {
  const call = rebuild && typeof rebuild === 'object' && 'title' in rebuild ? CALLS.get(rebuild.title) : undefined;
  if (!call || !(args instanceof PyTuple))
    throw new Error(`A tensor is rebuilt by ${shown(rebuild)}, which is not known.`);
  const isTensor = shown(type) === 'torch.Tensor' || shown(type) === PARAMETER;
  return isTensor ? requireTensor(call(args.items, maxBytes)) : new RefusedValue(`a ${shown(type)}`);
};

const PARAMETER = 'torch.nn.parameter.Parameter';

const refused =
  (title: string, hint?: string): Call =>
  () =>
    new RefusedValue(title, hint);

const opaque =
  (title: string): Call =>
  () =>
    new Opaque(title);

/** A tensor that was on another device, kept as one of the CPU: tensor, type, device. */
const rebuildMoved: Call = ([data, elements]) => {
  const tensor = requireTensor(data);
  const isSame = tensor instanceof RefusedValue || tensor.elements === elements;
  return isSame ? tensor : new RefusedValue('a tensor stored in another type than it has', 'move it by .cpu()');
};

function setOf([items]: readonly PyValue[]): PySet {
  const set = new PySet();
  if (items !== undefined) for (const item of itemsOf(items)) set.items.push(item);
  return set;
}

const DEQUANTIZE = 'write it out by .dequantize(), or keep .int_repr() with its scale,';

/**
 * The calls that `torch.load(weights_only=True)` allows, by their full names (torch/_weights_only_unpickler.py). What
 * makes a tensor of a kind that this library does not read gives a value that is refused when it is an entry.
 */
export const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['collections.OrderedDict', dict],
  ['collections.Counter', dict],
  ['builtins.set', setOf],
  ['builtins.bytearray', ([bytes]) => bytes ?? new Uint8Array()],
  ['builtins.complex', opaque('a complex number')],
  ['_codecs.encode', ([text]) => Buffer.from(String(text), 'latin1')],
  ['torch.Size', ([sizes]) => new PyTuple(sizes === undefined ? [] : itemsOf(sizes))],
  ['torch.device', opaque('a device')],
  ['torch.serialization._get_layout', ([name]) => new Opaque(String(name))],
  ['torch.Tensor', refused('a tensor without a storage')],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTyped],
  ['torch._utils._rebuild_parameter', ([data]) => requireTensor(data)],
  ['torch._utils._rebuild_parameter_with_state', ([data]) => requireTensor(data)],
  [PARAMETER, ([data]) => requireTensor(data)],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', rebuildMoved],
  ['torch._utils._rebuild_device_tensor_from_numpy', refused('a tensor kept as a NumPy array', 'move it by .cpu()')],
  ['torch._utils._rebuild_qtensor', refused('a quantized tensor', DEQUANTIZE)],
  ['torch._utils._rebuild_sparse_tensor', rebuildSparse],
  ['torch._utils._rebuild_nested_tensor', refused('a nested tensor', 'write it out by .to_padded_tensor(0)')],
  ['torch._utils._rebuild_meta_tensor_no_storage', refused('a tensor without values (device meta)')],
  ['torch._utils._rebuild_wrapper_subclass', refused('a subclass of tensors that wraps others')],
]);
