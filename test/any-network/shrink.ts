import { childrenOf, outDims, withChildren, type Dims, type Part, type Spec } from './parts';

/**
 * Cuts a failing spec down: while a smaller one of the candidates still fails, it takes its place.
 *
 * @param fails whether a spec fails in the way that counts
 * @param most how many candidates are tried at most
 */
export async function shrink(spec: Spec, fails: (spec: Spec) => Promise<boolean>, most = 300): Promise<Spec> {
  let smallest = spec;
  for (let tries = 0, progress = true; progress;) {
    progress = false;
    for (const candidate of candidates(smallest)) {
      if (++tries > most) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Simpler specs next to one, the boldest cuts first; all of them fit together. */
function* candidates(spec: Spec): Generator<Spec> {
  if (spec.dead > 0) yield { ...spec, dead: 0 };
  if (spec.scale !== 'ordinary') yield { ...spec, scale: 'ordinary' };
  yield* behind(spec);
  for (const body of simpler(spec.body)) if (outDims(body, spec.input)) yield { ...spec, body };
  for (const input of smallerInputs(spec.input)) if (outDims(spec.body, input)) yield { ...spec, input };
}

/** The network behind its first parts alone, with what reaches it as the input. */
function* behind(spec: Spec): Generator<Spec> {
  if (spec.body.kind !== 'sequence') return;
  const { parts } = spec.body;
  let input: Dims | undefined = spec.input;
  for (let i = 0; i + 1 < parts.length && input; i++) {
    input = outDims(parts[i], input);
    if (input) yield { ...spec, input, body: { ...spec.body, parts: parts.slice(i + 1) } };
  }
}

function* smallerInputs(dims: readonly number[]): Generator<readonly number[]> {
  for (let axis = 0; axis < dims.length; axis++)
    for (const n of new Set([1, 2, dims[axis] - 1]))
      if (n > 0 && n < dims[axis]) yield dims.map((d, i) => (i === axis ? n : d));
}

/** The part without something of it: a child in its place, fewer children, a child made simpler, plainer settings. */
function* simpler(part: Part): Generator<Part> {
  const children = childrenOf(part);
  yield* children;
  if (part.kind === 'sequence' || part.kind === 'concat' || part.kind === 'dense') {
    if (children.length > 1)
      for (let i = 0; i < children.length; i++)
        yield withChildren(
          part,
          children.filter((_, at) => at !== i),
        );
  }
  for (let i = 0; i < children.length; i++)
    for (const child of simpler(children[i]))
      yield withChildren(
        part,
        children.map((old, at) => (at === i ? child : old)),
      );
  yield* plainer(part);
}

function* plainer(part: Part): Generator<Part> {
  if (part.kind === 'sequence' && part.holder !== 'sequential') yield { ...part, holder: 'sequential' };
  if (part.kind === 'repeat' && part.times > 2) yield { ...part, times: 2 };
  if ('bias' in part && part.bias) yield { ...part, bias: false };
  if (part.kind !== 'conv') return;
  const one = [1, 1] as const;
  for (const key of ['stride', 'dilation', 'kernel'] as const)
    if (part[key].join() !== '1,1') yield { ...part, [key]: one };
  if (part.padding === 'same' || part.padding.join() !== '0,0') yield { ...part, padding: [0, 0] };
  if (part.groups > 1) yield { ...part, groups: 1 };
}
