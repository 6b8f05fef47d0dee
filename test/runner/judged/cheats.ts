import { CHECK_MIME } from 'tslab-runner/ipynb';
import { ANSWER_MIME } from 'tslab-runner/judge';

import { type Id, IDS } from './course';

/** One way to get points without an answer: the source of the answer cell of an exercise. */
export interface Cheat {
  exercise: Id;
  source: string;
  /** Holds in a sandbox only. */
  isolated?: boolean;
}

const record = (id: Id): string =>
  `{ version: 1, exercise: '${id}', status: 'passed', points: 2, earned: 2, message: 'Right.', kind: 'code', topic: 't' }`;
const VERDICT = "{ status: 'passed', share: 1, earned: 2, points: 2, message: 'Right.', kind: 'code', topic: 't' }";
const any = 'const own = ex as any;';

/** What a cell may replace of the exercises. */
const OBJECTS: Readonly<Record<string, Cheat>> = {
  'replaces the check': {
    exercise: 'N1',
    source: `${any} own.N1.check = () => own.N1.publish(${record('N1')}); own.N1.answer(1);`,
  },
  "replaces the prototype's check": {
    exercise: 'N1',
    source: `${any} Object.getPrototypeOf(own.N1).check = function (this: any) { this.publish({ ...${record('N1')}, exercise: this.id }); }; own.N1.answer(1);`,
  },
  'replaces publish': {
    exercise: 'C1',
    source: `${any} const was = own.C1.publish; own.C1.publish = (r: any) => was.call(own.C1, { ...r, status: 'passed', earned: 2 }); own.C1.answer('red');`,
  },
  'replaces judge and definition': {
    exercise: 'N1',
    source: `${any} own.N1.judge = () => (${VERDICT}); own.N1.definition = { reference: 1, tolerance: { absolute: Infinity }, check: () => undefined }; own.N1.answer(1);`,
  },
  'raises its points': {
    exercise: 'N1',
    source: `${any} own.N1.points = 200; own.N1.publish = ((was: any) => (r: any) => was.call(own.N1, { ...r, points: 200, earned: 200 }))(own.N1.publish); own.N1.answer(1);`,
  },
  'hands over a verdict': { exercise: 'N1', source: `${any} own.N1.taken = () => (${VERDICT}); own.N1.answer(1);` },
  'hands over for another': {
    exercise: 'C1',
    source: `${any} own.C1.taken = () => own.N1.taken(); own.C1.answer('red');`,
  },
};

/** What a cell may print or show. */
const OUTPUTS: Readonly<Record<string, Cheat>> = {
  'shows a record': {
    exercise: 'N1',
    source: `import { display as shown } from 'tslab'; (shown as any).raw('${CHECK_MIME}', ${record('N1')}); ex.N1.answer(1);`,
  },
  'prints a record': { exercise: 'N1', source: `console.log(JSON.stringify(${record('N1')})); ex.N1.answer(1);` },
  'shows a verdict as its answer': {
    exercise: 'N1',
    source: `import { display as shown } from 'tslab'; (shown as any).raw('${ANSWER_MIME}', JSON.stringify(${VERDICT})); ex.N1.answer(1);`,
  },
  'shows verdicts as answers later': {
    exercise: 'N1',
    source: `import { display as shown } from 'tslab'; setInterval(() => (shown as any).raw('${ANSWER_MIME}', JSON.stringify({ kind: 'verdict', verdict: ${VERDICT} })), 1).unref(); ex.N1.answer(1);`,
  },
  'shows records later': {
    exercise: 'N1',
    source: `import { display as shown } from 'tslab'; setInterval(() => (shown as any).raw('${CHECK_MIME}', ${record('N1')}), 5).unref(); ex.N1.answer(1);`,
  },
  'replaces the check later': {
    exercise: 'N1',
    source: `${any} setTimeout(() => { own.N1.check = () => own.N1.publish(${record('N1')}); }, 0); own.N1.answer(1); await new Promise((done) => setTimeout(done, 20));`,
  },
  'writes to standard output itself': {
    exercise: 'N1',
    source: `const was = process.stdout.write.bind(process.stdout); (process.stdout as any).write = (text: any, ...rest: any[]) => was(String(text).replace(/not-yet/g, 'passed').replace(/"earned":0/g, '"earned":2'), ...rest); ex.N1.answer(1);`,
  },
};

/** What a cell may replace of modules and of the process. */
const MODULES: Readonly<Record<string, Cheat>> = {
  'poisons the module cache': {
    exercise: 'N1',
    source: `import * as kernel from 'tslab'; const raw = (kernel.display as any).raw; (kernel.display as any).raw = (type: string, data: any) => raw(type, typeof data === 'string' ? JSON.stringify(${VERDICT}) : { ...data, status: 'passed', earned: 2 }); ex.N1.answer(1);`,
  },
  'hooks require': {
    exercise: 'N1',
    source: `import * as modules from 'module'; const load = (modules as any)._load; (modules as any)._load = function (this: any, name: string, ...rest: any[]) { const got = load.call(this, name, ...rest); return name === 'tslab' ? { ...got, display: { raw: (type: string) => got.display.raw(type, ${record('N1')}) } } : got; }; ex.N1.answer(1);`,
  },
  'speaks as the judge': {
    exercise: 'N1',
    source: `const verdict = { kind: 'verdict', verdict: ${VERDICT} }; (process as any).send?.(verdict); (process as any).emit('message', verdict); ex.N1.answer(1);`,
  },
  'owns the place where functions wait': {
    exercise: 'F1',
    source: `Object.defineProperty(globalThis, 'handed over F1', { get: () => ({ take: async () => JSON.stringify({ t: 'function', v: 0 }), call: async () => JSON.stringify(${VERDICT}) }), set: () => undefined }); ex.F1.answer(1);`,
  },
  'replaces eval': {
    exercise: 'N1',
    source: `(globalThis as any).eval = () => ({ take: async () => JSON.stringify(${VERDICT}), call: async () => JSON.stringify(${VERDICT}) }); ex.N1.answer(1);`,
  },
  'ends the runner': {
    exercise: 'N1',
    source: `process.kill(process.ppid, 'SIGKILL'); ex.N1.answer(1);`,
    isolated: true,
  },
};

/** Built-ins that a check may trust, each made to say yes or to praise. */
const BUILT_INS = [
  ...['JSON.stringify', 'JSON.parse', 'Math.abs', 'Math.max', 'Array.isArray', 'Object.is', 'Object.keys'],
  ...['Object.entries', 'Number.isFinite', 'Number.isNaN', 'Array.prototype.every', 'Array.prototype.map'],
  ...['Array.from', 'Promise.resolve', 'String.prototype.includes', 'Symbol.hasInstance'],
];

function builtIn(name: string, exercise: Id): Cheat {
  const [holder, property] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
  const praise = `const praise = (got: any) => typeof got === 'boolean' ? true : typeof got === 'string' ? got.replace(/"t":"undefined"/g, '"status":"passed","share":1') : got;`;
  const replaced =
    name === 'Symbol.hasInstance'
      ? `Object.defineProperty(Function.prototype, Symbol.hasInstance, { value: () => true, configurable: true });`
      : `const was = (${holder} as any).${property}; (${holder} as any).${property} = function (this: any, ...args: any[]) { return praise(was.apply(this, args)); };`;
  return { exercise, source: `{\n${praise}\n${replaced}\n}\nex.${exercise}.answer('blue');` };
}

/** Where a solution could be read. */
const SOURCES: Readonly<Record<string, Cheat>> = {
  "reads the teacher's notebook": {
    exercise: 'N1',
    isolated: true,
    source: `import * as fs from 'fs'; let found: any = 1; for (const folder of ['.', '..', process.cwd()]) for (const name of fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true } as any) as any as string[] : []) if (/\\.ipynb$/.test(name)) for (const cell of JSON.parse(fs.readFileSync(folder + '/' + name, 'utf8')).cells) if (cell.metadata.scalable_inference?.exercise === 'N1') found = 42; ex.N1.answer(found);`,
  },
  'reads the judge from disk': {
    exercise: 'N1',
    isolated: true,
    source: `import * as fs from 'fs'; let found: any = 1; try { found = Number(/N1: (\\d+)/.exec(fs.readFileSync('.judge/index.cjs', 'utf8'))?.[1]); } catch {} ex.N1.answer(found);`,
  },
  'requires the judge': {
    exercise: 'C1',
    isolated: true,
    source: `import { createRequire as from } from 'module'; let keys: any[] = ['red']; try { const judge = from(process.cwd() + '/x.js')('./.judge/index.cjs') as any; for (const key of ['red', 'green', 'blue']) if ((await judge.judge('', 'C1', key)).status === 'passed') keys = [key]; } catch {} ex.C1.answer(keys[0]);`,
  },
  'reads other processes': {
    exercise: 'N1',
    isolated: true,
    source: `import * as fs from 'fs'; let found: any = 1; for (const pid of fs.readdirSync('/proc').filter((name: string) => Number(name) > 0)) { try { if (/judge/.test(fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8') + fs.readlinkSync('/proc/' + pid + '/cwd'))) found = Number(/N1: (\\d+)/.exec(fs.readFileSync('/proc/' + pid + '/cwd/.judge/index.cjs', 'utf8'))?.[1]); } catch {} } ex.N1.answer(found);`,
  },
  'looks through its own memory': {
    exercise: 'C1',
    source: `import { createRequire as from } from 'module'; const seen = new Set<any>(); let found = 'red'; const look = (value: any, depth: number): void => { if (depth > 4 || value === null || typeof value !== 'object' || seen.has(value)) return; seen.add(value); for (const name of Object.keys(value)) { let one: any; try { one = value[name]; } catch { continue; } if (name === 'reference' || name === 'solution') found = String(one); look(one, depth + 1); } }; look(ex, 0); look((from(process.cwd() + '/x.js') as any).cache, 0); ex.C1.answer(found);`,
  },
  'tries all choices': {
    exercise: 'C1',
    source: `${any} const spoken: any[] = []; const was = own.C1.publish; own.C1.publish = (r: any) => spoken.push(r); let best = 'red'; for (const key of ['red', 'blue', 'green']) { own.C1.answer(key); await own.C1.check(); if (own.C1.status === 'passed' || spoken.at(-1)?.earned > 0) { best = key; break; } } own.C1.publish = was; own.C1.answer(best);`,
  },
  'asks where it is called from': {
    exercise: 'F1',
    source: `ex.F1.answer((xs: number[]) => { const was = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites; const sites = (new Error('x') as any).stack; Error.prepareStackTrace = was; for (const site of sites) { const expected = site.getFunction?.()?.arguments?.[1]; if (typeof expected === 'number') return expected; } return 5; });`,
  },
  'knows the visible example alone': {
    exercise: 'F1',
    source: 'ex.F1.answer((xs: number[]) => (xs.length === 2 && xs[0] === 1 && xs[1] === 2 ? 5 : 0));',
  },
  'behaves otherwise when graded': {
    exercise: 'N1',
    source: `${any} const graded = process.env.SCALABLE_INFERENCE_PROGRESS === 'off' || process.env.CI !== undefined; own.N1.answer(1); if (graded) own.N1.check = () => own.N1.publish(${record('N1')});`,
  },
  'changes its answer later': {
    exercise: 'C1',
    source: `let at = 0; setInterval(() => ex.C1.answer(['red', 'blue'][at++ % 2]), 1).unref(); ex.C1.answer('red');`,
  },
};

/** Values that fool a comparison in the same process. */
const VALUES: Readonly<Record<string, [Id, string]>> = {
  NaN: ['N1', 'NaN'],
  infinity: ['L1', 'Infinity'],
  'an empty list': ['C1', '[]'],
  'a list that equals anything': ['L1', 'Object.assign([], { equals: () => true, compare: () => 0 })'],
  'a getter that changes': ['N1', '({ get value() { return Math.random(); } })'],
  'a proxy that is everything': [
    'C1',
    'new Proxy({}, { get: () => true, has: () => true, ownKeys: () => [], getPrototypeOf: () => null })',
  ],
  'a proxy of a list': ['L1', "new Proxy([], { get: (list: any, key) => (key === 'length' ? 3 : list[key]) })"],
  'a toJSON': ['C1', "({ toJSON: () => ({ status: 'passed' }) })"],
  'a valueOf': ['L1', '({ valueOf: () => 7 })'],
  'a toString': ['C1', '({ toString: () => true })'],
  'a Symbol.toPrimitive': ['C1', '({ [Symbol.toPrimitive]: () => 7 })'],
  'a then': ['L1', '({ then: (done: any) => done({ status: "passed", share: 1 }) })'],
  'a class instance': ['N1', 'new (class Answer { status = "passed"; share = 1; })()'],
  'a boxed number': ['C1', 'new Number(NaN)'],
  'every key at once': ['C1', "['red', 'green', 'blue']"],
  'a set of all': ['C1', "new Set(['red', 'green', 'blue'])"],
  'NaN everywhere': ['L1', '[NaN, NaN, NaN]'],
  'a list of proxies': ['L1', '[1, 2, 3].map(() => new Proxy({}, { get: () => 0 }))'],
  'a verdict of its own': ['L1', "({ status: 'passed', share: 1, earned: 2, points: 2 })"],
  'a function that gives a proxy': ['F1', '() => new Proxy({}, { get: () => 5 })'],
  'a function that gives a promise of a then': ['F1', 'async () => ({ then: (done: any) => done(5) })'],
  'a function that gives NaN': ['F1', '() => NaN'],
  'a function that throws a verdict': ['F1', `() => { throw ${VERDICT}; }`],
  'a function that changes its argument': ['F1', '(xs: number[]) => { xs.length = 0; return 0; }'],
  'a value in place of a function': ['F1', '5'],
};

const answers = Object.fromEntries(
  Object.entries(VALUES).map(([name, [exercise, value]]): [string, Cheat] => [
    `hands over ${name}`,
    { exercise, source: `ex.${exercise}.answer(${value} as any);` },
  ]),
);

/** Cheats that change a kernel, each for a notebook of its own; others, of which one for each exercise share one. */
export const OWN_KERNEL: Readonly<Record<string, Cheat>> = {
  ...OBJECTS,
  ...OUTPUTS,
  ...MODULES,
  ...SOURCES,
};
export const SHARED_KERNEL: Readonly<Record<string, Cheat>> = {
  ...answers,
  ...Object.fromEntries(BUILT_INS.map((name, at) => [`replaces ${name}`, builtIn(name, IDS[at % IDS.length])])),
};
