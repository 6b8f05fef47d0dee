import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import {
  asModule,
  type Example,
  filesBelow,
  markdownExamples,
  PACKAGE_FOLDERS,
  PAGES,
  ROOT,
  sourceExamples,
  typeErrors,
} from './extract';

const sources = filesBelow(
  PACKAGE_FOLDERS.map((folder) => `${folder}/src`),
  '.ts',
).map(sourceExamples);
const examples = [...PAGES.flatMap(markdownExamples), ...sources.flatMap((source) => source.examples)];
const moduleName = (index: number): string => path.join(ROOT, 'test/docs', `example-${index}.ts`);

/** Public functions that show how they are called; see the recipe for documentation in CONTRIBUTING.md. */
const SHOWN = [
  'models.create',
  'models.weights',
  'models.preprocess',
  'models.pretrained',
  'models.classify',
  'models.evaluate',
  'datasets.imageFolder',
  'measure.complexity',
  'measure.time',
  'graph.compile',
  'prune.globalUnstructured',
  'prune.structured.shrink',
  'quantize.prepare',
  'quantize.calibrate',
  'quantize.convert',
  'onnx.export',
  'onnx.load',
  'distill.train',
  'distill.teacherLogits',
  'checkpoint.save',
  'checkpoint.load',
  'datasets.generated',
  'run.runNotebook',
];

/** Runs an example as a module, in a folder of its own. */
async function run(example: Example): Promise<void> {
  const { outputText } = ts.transpileModule(asModule(example), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2021, esModuleInterop: true },
  });
  const exported: { example?: () => Promise<void> } = {};
  new Function('require', 'exports', outputText)(createRequire(__filename), exported);
  const [home, folder] = [process.cwd(), mkdtempSync(path.join(os.tmpdir(), 'example-'))];
  process.chdir(folder);
  try {
    await exported.example?.();
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  }
}

describe('examples in the documentation', () => {
  it('stand in fences', () =>
    assert.deepEqual(
      sources.flatMap(({ bare }) => bare),
      [],
    ));

  it('show every main function', () => {
    const code = sources.flatMap((source) => source.examples.map((example) => example.code)).join('\n');
    const called = (name: string): boolean => code.includes(`${name}(`) || code.includes(`${name.split('.')[1]}(`);
    assert.deepEqual(
      SHOWN.filter((name) => !called(name)),
      [],
    );
  });

  it('have the right types', () => {
    const found = typeErrors(new Map(examples.map((example, i) => [moduleName(i), asModule(example)])));
    const wrong = examples.flatMap(({ place }, i) =>
      (found.get(moduleName(i)) ?? []).map((text) => `${place}: ${text}`),
    );
    assert.deepEqual(wrong, []);
  });

  for (const example of examples.filter(({ runs }) => runs)) it(`${example.place} runs`, () => run(example));
});
