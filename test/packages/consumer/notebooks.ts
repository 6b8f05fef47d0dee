// One real call of every room of the runner and of the workbook, as somebody writes it who installed the packages.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { charts, progress } from 'scalable-inference-workbook';
import * as course from 'scalable-inference-workbook/course';
import * as display from 'scalable-inference-workbook/display';
import { exercise, workbook } from 'scalable-inference-workbook/exercise';
import { ipynb as ipynbOfAll } from 'tslab-runner';
import { gradesCsv, prepareSubmission, gradeResult } from 'tslab-runner/grade';
import * as ipynb from 'tslab-runner/ipynb';
import { CellOutputs, KernelSession } from 'tslab-runner/kernel';
import { lintText } from 'tslab-runner/lint';
import { htmlPage, jsonReport, junitXml } from 'tslab-runner/report';
import { planRuns, runAll, runNotebook } from 'tslab-runner/run';
import { startServer } from 'tslab-runner/server';

console.debug = () => undefined; // @jupyterlab/services narrates each connection there

/** A kernel spec for the tslab of this folder, in this Node. */
function writeKernelSpec(folder: string): string {
  const argv = [process.execPath, path.resolve('node_modules/tslab/bin/tslab'), 'kernel', '--config-path'];
  const spec = { argv: [...argv, '{connection_file}'], display_name: 'tslab', language: 'typescript' };
  mkdirSync(path.join(folder, 'tslab'), { recursive: true });
  writeFileSync(path.join(folder, 'tslab/kernel.json'), JSON.stringify({ ...spec, interrupt_mode: 'signal' }));
  return folder;
}

/** A notebook that imports the packages as the notebooks of the workbook do. */
function writeNotebook(file: string): Promise<void> {
  const code = (source: string, index: number): ipynb.CodeCell => {
    return { cell_type: 'code', id: `c${index}`, source, metadata: {}, outputs: [], execution_count: null };
  };
  const sources = [
    "import { models } from 'scalable-inference';\nimport { table } from 'scalable-inference-workbook';",
    "const net = models.create('lenet', { seed: 0 });\nconst rows: { params: number }[] = [{ params: net.parameterCount() }];",
    'table(rows).show();',
  ];
  const metadata = { kernelspec: { display_name: 'tslab', language: 'typescript', name: 'tslab' } };
  return ipynb.writeNotebook(file, { cells: sources.map(code), metadata, nbformat: 4, nbformat_minor: 5 });
}

async function runner(): Promise<void> {
  assert.equal(ipynbOfAll.parseNotebook, ipynb.parseNotebook);
  // @ts-expect-error A notebook is read from text: the types of the package are there and say so.
  assert.throws(() => ipynb.parseNotebook(7));
  await writeNotebook('example.ipynb');
  const text = ipynb.formatNotebook(await ipynb.readNotebook('example.ipynb'));
  assert.deepEqual(lintText(text, 'example.ipynb'), []);

  assert.equal(typeof startServer, 'function');
  const python = process.env.JUPYTER_PYTHON;
  if (python !== undefined) await inKernels(python);
}

/** @param python one that has jupyter_server */
async function inKernels(python: string): Promise<void> {
  const kernelSpecDir = writeKernelSpec(path.resolve('kernels'));
  const environment = { serverCommand: [python, '-m', 'jupyter_server'], env: {}, kernelSpecDir };
  const server = await startServer({ environment, rootDir: process.cwd() });
  try {
    const session = await KernelSession.open({ server, kernelName: 'tslab', path: 'other.ipynb' });
    const outputs = new CellOutputs(new Map());
    assert.equal((await session.execute('console.log(6 * 7)', outputs)).status, 'ok');
    assert.equal(outputs.streamText('stdout'), '42\n');
    await session.close();

    const { tasks } = await planRuns(['example.ipynb'], 'as-is', new Map());
    assert.equal(tasks.length, 1);
    assert.equal(typeof runAll, 'function');
    const filled = ipynb.fillAnswers(await ipynb.readNotebook('example.ipynb'), 'as-is')[0];
    const limits = { timeoutMs: 60_000, outputBytes: 1e7, kernelBytes: 4e9 };
    const result = await runNotebook('example.ipynb', filled, { server, limits, signal: new AbortController().signal });
    assert.equal(result.status, 'passed', JSON.stringify(result.failures));
    assert.match(htmlPage(result), /61,706|61706/);
    assert.match(junitXml([result]), /tests="3" failures="0"/);
    assert.match(jsonReport([result], new Date()), /"passed": true/);
    const prepared = prepareSubmission(filled.notebook, undefined);
    assert.match(gradesCsv(gradeResult('example.ipynb', prepared, result)), /submission/);
  } finally {
    await server.stop();
  }
}

async function workbookRooms(): Promise<void> {
  const shown = await display.capture(() => display.table([{ a: 1, b: 'x' }]).show());
  assert.match(String(shown[0].content.data['text/plain']), /a +b/);
  assert.equal(typeof charts.scatter, 'function');
  assert.deepEqual(await Promise.all([...progress([1, 2], { label: 'two' })]), [1, 2]);
  assert.ok(course.architecture.list().length > 5);
  const A1 = exercise({
    id: 'A1',
    title: 'Multiply two numbers',
    topic: 'sums',
    kind: 'number',
    prompt: 'How much is 6 times 7?',
    hints: ['Count.'],
    tolerance: { absolute: 0 },
    reference: 42,
  });
  const book = workbook('example', { A1 });
  book.A1.answer(42);
  await display.capture(() => book.A1.check());
  assert.ok(book.A1.passed);
}

async function main(): Promise<void> {
  process.env.SCALABLE_INFERENCE_PROGRESS = 'off';
  await workbookRooms();
  await runner();
  console.log('every room answers');
}

void main();
