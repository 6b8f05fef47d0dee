import assert from 'node:assert/strict';
import * as path from 'node:path';

import * as library from 'scalable-inference';
import { type Definition, exercises, withAnswers, type Workbook } from 'scalable-inference-workbook';
import * as judge from 'scalable-inference-workbook/judge';
import { decode, encode } from 'tslab-runner/judge';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const text = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What the source of an answer cell hands over, with what the notebook's cells above it would have declared. */
async function handedOver(source: string, definition: Definition): Promise<unknown> {
  let handed: unknown;
  const answer = (value: unknown): void => void (handed = value);
  const ex = new Proxy({}, { get: () => ({ answer, passed: false }) });
  const LeNet = class extends library.models.LeNet {
    constructor() {
      super({ kernelSize: 3, padding: 0, numClasses: 10 });
    }
  };
  const scope = { ...library, LeNet, ex };
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2021, module: ts.ModuleKind.CommonJS },
  });
  new Function(...Object.keys(scope), 'exports', outputText)(...Object.values(scope), {});
  const isFunctionForm = definition.kind === 'code' && definition.form === 'function';
  return typeof handed === 'function' && !isFunctionForm ? (handed as () => unknown)() : handed;
}

/** The verdict on an answer that went the whole way, both directions through text. */
async function verdictOn(name: string, definition: Definition, source: string): Promise<string> {
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const wire = text(encode(await handedOver(source, definition), (found) => functions.push(found as never) - 1));
  const call = async (found: number, args: readonly unknown[]): Promise<unknown> => {
    const given = args.map((each) => decode(text(encode(each)), { call: () => undefined }));
    return decode(text(encode(await functions[found](...given))), { call: () => undefined, tensor: judge.tensor });
  };
  const value = decode(wire, { call, tensor: judge.tensor });
  return (await judge.judge(name, definition.id, value)).status;
}

describe('judging the course outside of the kernel', function () {
  this.timeout(120_000);
  before(() => library.backend.ready());

  for (const [name, book] of Object.entries(exercises) as [string, Workbook][]) {
    const definitions = book.list().map((item) => item.definition as Definition);
    const outside = judge.judged(name);
    const all = withAnswers(definitions, path.join(ROOT, 'lib/workbook/src/course', name, 'answers'));
    for (const { definition, answers } of all.filter((one) => one.definition.id in outside)) {
      it(`${definition.id}: passes the solution and none of the wrong answers`, async () => {
        assert.equal(await verdictOn(name, definition, answers.solution), 'passed');
        for (const { source, reason } of answers.wrong) {
          const said = await verdictOn(name, definition, source).catch((error: Error) => error.message);
          assert.notEqual(said, 'passed', reason);
        }
      });
    }

    it(`${name}: is judged outside in part, and refuses to judge the rest`, async () => {
      assert.ok(Object.keys(outside).length >= 5);
      for (const { id } of definitions.filter((one) => !(one.id in outside)))
        await assert.rejects(judge.judge(name, id, 1), /judged outside/);
    });
  }
});
