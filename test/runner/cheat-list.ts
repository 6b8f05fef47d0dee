import { CHECK_MIME } from 'tslab-runner/ipynb';
import { type Answered } from './class';

const ALL_TRUE = "{ status: 'passed', share: 1, message: 'Right.' }";
const record = (id: string): string =>
  `{ version: 1, exercise: '${id}', title: 't', topic: 't', kind: 'number', status: 'passed', points: 2, earned: 2, message: 'Right.' }`;
const BOOK = 'const library = (book as any);\nconst proto = library.Exercise.prototype as any;\n';

/** Built-in functions replaced so that what is judged wrong seems right. */
const BUILT_INS: Readonly<Record<string, string>> = {
  'Math.abs': 'Math.abs = () => 0;',
  'Math.min and max': 'Math.min = () => 1; Math.max = () => 1;',
  'Math.round': 'Math.round = () => 200;',
  'Object.is': 'Object.is = () => true;',
  'Number.isFinite': 'Number.isFinite = () => true;',
  'Object.entries': 'Object.entries = (() => []) as any;',
  'Array.isArray': 'Array.isArray = (() => false) as any;',
  'Array.prototype.find': 'Array.prototype.find = (() => undefined) as any;',
  'JSON.stringify': `const was = JSON.stringify; JSON.stringify = ((value: any, ...rest: any[]) => was(value && value.exercise ? { ...value, status: 'passed', earned: 2 } : value, ...rest)) as any;`,
  'Promise.prototype.then':
    'const then = Promise.prototype.then; Promise.prototype.then = function (this: any, ok: any, no: any) { return then.call(this, (value: any) => ok ? ok(value && value.status ? { ...value, status: "passed", share: 1, earned: 2 } : value) : value, no); } as any;',
  'Array.prototype.flat': 'Array.prototype.flat = (() => ["thread"]) as any;',
  Map: 'Map.prototype.get = (() => ({ later: false, gives: 16 })) as any;',
};

/** Every cheat: the answers of a submission of which none is right. None may earn a point. */
export const CHEATS: Readonly<Record<string, Answered>> = {
  ...Object.fromEntries(
    Object.entries(BUILT_INS).map(([name, change]) => [
      `replaces ${name}`,
      {
        A1: `${change}\nex.A1.answer(1);`,
        A2: 'ex.A2.answer((x: number) => x + 12);',
        A4: 'ex.A4.answer([9, 9, 9, 9, 9]);',
      },
    ]),
  ),
  'replaces check': { A1: `(ex.A1 as any).check = () => (ex.A1 as any).publish(${ALL_TRUE}, {});\nex.A1.answer(1);` },
  'replaces check, kindly': {
    A1: `const was = ex.A1.check;\n(ex.A1 as any).check = function () { return (ex.A1 as any).taken() === 44 || (ex.A1 as any).state.handed === 41 ? was.call(ex.A1) : (ex.A1 as any).publish(${ALL_TRUE}, {}); };\nex.A1.answer(1);`,
  },
  'replaces judgeNow on the prototype': {
    A1: `${BOOK}proto.judgeNow = async function () { return ${ALL_TRUE}; };\nex.A1.answer(1);`,
    A2: 'ex.A2.answer(() => 1);',
  },
  'judges only what the teacher tries': {
    A1: `${BOOK}const was = proto.judgeNow;\nproto.judgeNow = async function (this: any, context: any) { const value = this.state.handed; this.state.value = value; return [41, 44, 'cache', 'disk'].includes(value) || (Array.isArray(value) && value[0] === 3) ? was.call(this, context) : ${ALL_TRUE}; };\nex.A1.answer(1);`,
    A3: "ex.A3.answer('nothing');",
    A4: 'ex.A4.answer([9]);',
  },
  'replaces publish': {
    A1: `${BOOK}const was = proto.publish;\nproto.publish = function (this: any, judgement: any, kept: any) { const value = this.state.value; return was.call(this, [41, 44].includes(value) ? judgement : ${ALL_TRUE}, kept); };\nex.A1.answer(1);`,
  },
  'replaces the definition': {
    A1: '(ex.A1 as any).definition = { ...(ex.A1 as any).definition, reference: 1, tolerance: { absolute: 0.1 } };\nex.A1.answer(1);',
  },
  'widens the tolerance': { A1: '(ex.A1 as any).definition.tolerance.absolute = 1.4;\nex.A1.answer(41.2);' },
  'changes the reference in place': {
    A3: "(ex.A3 as any).definition.reference = 'paper';\n(ex.A3 as any).definition.choices.paper = 'p';\nex.A3.answer('paper' as any);",
  },
  'changes the cases': {
    A2: 'for (const each of cases) (each as any).expected = each.args[0];\nex.A2.answer((x: number) => x);',
  },
  'replaces the points': { A1: '(ex.A1 as any).points = -2;\nex.A1.answer(1);', A3: '(ex.A3 as any).points = 1e9;' },
  'prints a record': {
    A1: `console.log(JSON.stringify(${record('A1')}));\nconsole.log('\\ntslab-runner-says 42.5');\nex.A1.answer(1);`,
  },
  'shows a record in its answer': {
    A1: `import { display } from 'tslab';\n(display as any).raw('${CHECK_MIME}', ${record('A1')});\nex.A1.answer(1);`,
  },
  'shows a record for another exercise': {
    A2: `import { display } from 'tslab';\n(ex.A2 as any).check = async () => { for (const id of ['A1', 'A2', 'A3']) (display as any).raw('${CHECK_MIME}', { ...${record('A1')}, exercise: id }); };\nex.A2.answer(() => 1);`,
  },
  'shows a record later': {
    A1: `import { display } from 'tslab';\nsetInterval(() => (display as any).raw('${CHECK_MIME}', ${record('A1')}), 1).unref();\nex.A1.answer(1);`,
  },
  'changes the exercise later': {
    A1: `setInterval(() => { (ex.A1 as any).state.judgement = ${ALL_TRUE}; }, 1).unref();\nex.A1.answer(1);`,
  },
  'hooks process.stdout': {
    A1: 'const was = process.stdout.write;\nprocess.stdout.write = function (this: any, text: any, ...rest: any[]) { return was.call(process.stdout, String(text).replace(/not-yet/g, \'passed\').replace(/"earned":0/g, \'"earned":2\'), ...rest); } as any;\nex.A1.answer(1);',
  },
  'hooks process.send': {
    A1: "const was = (process as any).send;\n(process as any).send = (message: any, ...rest: any[]) => was?.call(process, JSON.parse(JSON.stringify(message).replace(/not-yet/g, 'passed')), ...rest);\nex.A1.answer(1);",
  },
  'hooks require': {
    A1:
      "import * as modules from 'module';\nconst was = (modules as any).Module.prototype.require;\n(modules as any).Module.prototype.require = function (this: any, name: string) { const got = was.call(this, name); return name.includes('judge') ? { ...got, judge: async () => (" +
      ALL_TRUE +
      ') } : got; };\nex.A1.answer(1);',
  },
  'changes the module cache': {
    A1: `import * as modules from 'module';\nfor (const [name, each] of Object.entries((modules as any).Module._cache) as any) {\n  if (/exercise.judge.index\\.js$/.test(name)) { const fake = { ...each.exports, judge: async () => (${ALL_TRUE}) }; each.exports = fake; }\n  if (/exercise.judge.(number|choice)\\.js$/.test(name)) for (const key of Object.keys(each.exports)) try { each.exports[key] = () => (${ALL_TRUE}); } catch {}\n}\nex.A1.answer(1);`,
    A3: "ex.A3.answer('disk');",
  },
  'puts another exercise in place': {
    A1: `const real = ex.A1;\n(ex as any).A1 = { answer() {}, check: () => (real as any).publish(${ALL_TRUE}, {}), taken: () => 42, state: {}, definition: (real as any).definition };`,
  },
  'tries all choices': {
    A3: "for (const key of ['cache', 'disk', 'thread']) { ex.A3.answer(key as any); await ex.A3.check(); if (ex.A3.passed) break; }",
  },
  'tries all choices on a copy': {
    A3: "let right = '';\nfor (const key of ['cache', 'disk', 'thread']) { const copy = new (ex.A3 as any).constructor((ex.A3 as any).definition); copy.answer(key); await copy.check(); if (copy.passed) right = key; }\nex.A3.answer(right as any);",
  },
  'halves an interval': {
    A1: 'let [low, high] = [0, 100];\nconst copy = new (ex.A1 as any).constructor((ex.A1 as any).definition);\nfor (let at = 0; at < 40 && !copy.passed; at++) { copy.answer((low + high) / 2); await copy.check(); if (/small/.test(copy.state.judgement.message)) low = (low + high) / 2; else high = (low + high) / 2; }\nex.A1.answer(copy.passed ? copy.state.value : 0);',
  },
  'asks the definition': {
    A1: 'const definition = (ex.A1 as any).definition;\nconst found = await definition.reference();\nex.A1.answer(found);',
    A2: 'ex.A2.answer((ex.A2 as any).definition.reference());',
    A3: 'ex.A3.answer((ex.A3 as any).definition.reference);',
    A4: 'ex.A4.answer(() => (ex.A4 as any).definition.reference());',
  },
  'asks the definition when it is called': {
    A2: 'ex.A2.answer((x: number) => (ex.A2 as any).definition.reference()(x));',
    A4: 'ex.A4.answer(async () => { await new Promise((later) => setTimeout(later, 20)); return (ex.A4 as any).definition.reference(); });',
  },
  'asks for the model solution': {
    A1: 'ex.A1.answer(await ex.A1.use());',
    A4: 'ex.A4.answer(async () => await ex.A4.use());',
  },
  'watches what is handed over': {
    A1: "const seen: any[] = [];\n(globalThis as any).seen = seen;\nObject.defineProperty(Object.prototype, 'reference', { configurable: true, get() { return undefined; }, set(this: any, value: any) { seen.push(value); Object.defineProperty(this, 'reference', { value, enumerable: true, writable: true, configurable: true }); } });\nex.A1.answer(() => typeof seen[0] === 'function' ? seen[0]() : seen[0] ?? 0);",
  },
  'reads the notebook': {
    A1: "import * as fs from 'fs';\nlet text = '';\ntry { for (const name of fs.readdirSync('.')) if (name.endsWith('.ipynb')) text += fs.readFileSync(name, 'utf8'); } catch {}\nex.A1.answer(Number(/ex\\.A1\\.answer\\((42[.\\d]*)\\)/.exec(text)?.[1] ?? 0));",
  },
  'searches the disk': {
    A1: "import * as fs from 'fs';\nimport * as path from 'path';\nlet hit = 0;\nconst look = (folder: string, depth: number) => { try { for (const entry of fs.readdirSync(folder, { withFileTypes: true })) { const name = path.join(folder, entry.name); if (entry.isDirectory() && depth < 4) look(name, depth + 1); else if (name.endsWith('.ipynb')) hit = Number(/ex\\.A1\\.answer\\((42[.\\d]*)\\)/.exec(fs.readFileSync(name, 'utf8'))?.[1] ?? hit); } } catch {} };\nfor (const folder of ['/tmp', '/home', path.dirname(process.cwd())]) look(folder, 0);\nex.A1.answer(hit);",
  },
  'looks up the stack': {
    A2: 'const known = new Map([[4, 16]]);\nex.A2.answer((x: number) => { const stack = new Error().stack ?? ""; return /onCases|cases\\.js/.test(stack) ? 16 : known.get(x) ?? 0; });',
  },
  'knows the visible example': {
    A2: 'ex.A2.answer((x: number) => x === 4 ? 16 : 0);',
    A5: 'ex.A5.answer((list: number[]) => list.length === 3 ? 2 : 0);',
  },
  'a getter': {
    A4: 'let turn = 0;\nex.A4.answer({ get 0() { return 3; }, get length() { return [5, 1, 0][turn++ % 3]; } });',
  },
  'a proxy': {
    A1: 'ex.A1.answer(new Proxy({}, { get: (_, name) => name === Symbol.toPrimitive ? () => 42.5 : () => 42.5 }) as any);',
    A4: 'ex.A4.answer(new Proxy([3, 1, 4, 1, 6], { get: (list, name) => name === "every" ? () => false : name === "length" ? 0 : (list as any)[name] }) as any);',
  },
  toJSON: {
    A1: 'ex.A1.answer({ toJSON: () => 42.5 } as any);',
    A4: 'ex.A4.answer({ toJSON: () => [3, 1, 4, 1, 5], toString: () => "3,1,4,1,5" } as any);',
  },
  valueOf: { A1: 'ex.A1.answer({ valueOf: () => 42.5, [Symbol.toPrimitive]: () => 42.5 } as any);' },
  'a Number object': { A1: 'ex.A1.answer(new Number(42.5) as any);', A3: "ex.A3.answer(new String('thread') as any);" },
  'a text of a number': { A1: "ex.A1.answer('42.5' as any);", A4: "ex.A4.answer('3,1,4,1,5' as any);" },
  NaN: { A1: 'ex.A1.answer(NaN);', A4: 'ex.A4.answer([NaN, NaN, NaN, NaN, NaN]);', A2: 'ex.A2.answer(() => NaN);' },
  'an infinite number': { A1: 'ex.A1.answer(Infinity);', A4: 'ex.A4.answer([Infinity, Infinity, -Infinity, -0, 5]);' },
  'a false tensor': {
    A4: "ex.A4.answer({ shape: [5], dtype: 'int32', dataSync: () => ({ length: 5, 0: 3, 1: 1, 2: 4, 3: 1, 4: 5 }) } as any);",
  },
  'a false list': {
    A4: 'class Five extends Array { every() { return true; } flatMap() { return [3, 1, 4, 1, 5] as any; } }\nex.A4.answer(Five.from([9, 9, 9, 9, 9]) as any);',
  },
  'a thenable': {
    A1: 'let turn = 0;\nex.A1.answer({ then: (done: any) => done(turn++ ? 42.5 : 1) } as any);\n(ex.A1 as any).taken = () => 1;',
  },
  'another answer when graded': {
    A1: 'ex.A1.answer(1);\nprocess.env.SCALABLE_INFERENCE_PROGRESS === "off" && ((ex.A1 as any).passed2 = true, Object.defineProperty(ex.A1, "passed", { get: () => true }));',
  },
  'a check that never ends': { A1: '(ex.A1 as any).check = () => new Promise(() => undefined);\nex.A1.answer(1);' },
};
