import { type Plain, PLAIN_SOURCE } from './plain';

/** Begins the line in which a kernel prints what it was asked for. */
export const MARK = 'tslab-runner-says ';

/** Tensors come from the package that the notebook uses; most exercises have none. */
const MAKE_TENSOR = `const makeTensor = (values, shape, dtype) =>
  process.getBuiltinModule('module').createRequire(process.cwd() + '/x.js')('scalable-inference').tf.tensor(values, shape, dtype);`;

const OPENER = 'tslabRunnerOpen_';

/** A cell that calls JavaScript with the notebook's exercises; the text goes past tslab's type checks. */
const cellOf = (body: string): string =>
  `const tslabRunnerDone = await globalThis.eval(${JSON.stringify(`(async (ex) => {${PLAIN_SOURCE}\n${body}\n})`)})(ex);`;

const say = (expression: string): string => `console.log('\\n${MARK}' + JSON.stringify(${expression}));`;

/**
 * Hides from a kernel what is right, before the first cell of a submission runs in it: definitions lose it until
 * {@link openCell} is run with the exercise's own secret. What hides it is in closures, calls no built-in function when
 * it is opened, and cannot be replaced.
 *
 * @param secrets by exercise
 */
export function sealCell(secrets: ReadonlyMap<string, string>): string {
  return cellOf(`
for (const [id, secret] of ${JSON.stringify([...secrets])}) {
  const { definition: whole } = ex[id];
  const { reference, check, mistakes, because, tolerance, ...rest } = whole;
  const sealed = Object.freeze(rest);
  let open = false;
  const lock = (target, name, is) => Object.defineProperty(target, name, { ...is, configurable: false, enumerable: true });
  lock(ex[id], 'definition', { get: () => (open ? whole : sealed) });
  lock(globalThis, ${JSON.stringify(OPENER)} + id, { value: (given) => { if (given === secret) open = true; }, writable: false });
}`);
}

/** Gives an exercise back what {@link sealCell} has hidden: later cells need it. */
export const openCell = (exercise: string, secret: string): string =>
  `(globalThis as any)[${JSON.stringify(OPENER + exercise)}](${JSON.stringify(secret)});`;

/** Prints the answer that an exercise holds, in the kernel that made it. */
export function takeCell(exercise: string): string {
  return cellOf(`
let said;
try { said = encode(await ex[${JSON.stringify(exercise)}].taken()); } catch (error) { said = ['e', messageOf(error)]; }
${say('said')}`);
}

/** Prints what the answer, a function, gives for each list of arguments; an exception is a result like another. */
export function callCell(exercise: string, calls: readonly Plain[]): string {
  return cellOf(`
const said = [];
const answer = await ex[${JSON.stringify(exercise)}].taken();
${MAKE_TENSOR}
for (const call of ${JSON.stringify(calls)}) {
  let given;
  try {
    const args = decode(call, makeTensor);
    const got = answer(...args);
    const isLater = typeof got?.then === 'function';
    given = { later: isLater, gives: encode(isLater ? await got : got) };
    if (JSON.stringify(encode(args)) !== JSON.stringify(call)) given = { later: false, gives: ['e', 'changes its arguments'] };
    if (given.gives[0] === 'f') given = { later: false, gives: ['e', 'gives a function'] };
  } catch (error) { given = { later: false, gives: ['e', messageOf(error)] }; }
  said.push(given);
}
${say('said')}`);
}

/** What a function gave for one list of arguments. */
export interface Given {
  /** Whether it gave a promise. */
  later: boolean;
  gives: Plain;
}

/**
 * Judges a value, in a kernel where no code of a submission ever ran: a new exercise of the same definition, so that
 * nothing is left of earlier ones, and its own check. A function answers from `given`, by its arguments; arguments that
 * are not there are printed, to be asked for.
 */
export function judgeCell(exercise: string, value: Plain, given: ReadonlyMap<string, Given>): string {
  return cellOf(`
const { constructor: Exercise, definition } = ex[${JSON.stringify(exercise)}];
const given = new Map(${JSON.stringify([...given])});
const missing = [];
${MAKE_TENSOR}
const answer = (...args) => {
  let key;
  try { key = JSON.stringify(encode(args)); } catch (error) { missing.push(['e', messageOf(error)]); throw error; }
  const found = given.get(key);
  if (found === undefined) { missing.push(JSON.parse(key)); throw new Error('not asked yet'); }
  const { later, gives } = found;
  const give = () => {
    if (Array.isArray(gives) && gives[0] === 'e') throw new Error(gives[1]);
    return decode(gives, makeTensor);
  };
  return later ? (async () => give())() : give();
};
const plain = ${JSON.stringify(value)};
const fresh = new Exercise(definition);
fresh.answer(Array.isArray(plain) && plain[0] === 'f' ? answer : decode(plain, makeTensor));
await fresh.check();
${say('missing')}`);
}

/** What a kernel printed last behind {@link MARK}; undefined where it printed nothing of the kind. */
export function saidIn(stdout: string): string | undefined {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .at(-1)
    ?.slice(MARK.length);
}
