import * as path from 'node:path';
import { commonFolder, openServer } from 'tslab-runner/cli';
import { type AnswerMode, isExecutable } from 'tslab-runner/ipynb';
import { type NotebookResult, planRuns, runTask, type Task } from 'tslab-runner/run';
import { type JupyterServer } from 'tslab-runner/server';
import { type JobKind, jsonBytes, type Json, type Live } from '../run';
import { Held } from './held';
import { hashOf, jobId, kernelIdentity, type KernelRequest, optionsOf, parametersOf } from './request';
import { fromBytes, restored, storable, type Stored } from './results';

/** Which notebooks, and with which answers. */
export type NotebooksRequest = KernelRequest & {
  /** Default `as-is`. */
  readonly answers?: AnswerMode;
};

/** Notebooks executed one a job (in the mode `wrong`, one set of answers a job); in the order of `tslab-runner`. */
export const kind: JobKind<NotebooksRequest, readonly NotebookResult[]> = {
  name: 'notebooks',
  module: __filename,
  async open(request) {
    const { files, answers = 'as-is' } = request;
    const { tasks, rejected } = await planRuns(files, answers, parametersOf(request));
    const isolate = request.isolate ?? false;
    const asked: NotebooksRequest = { ...request, isolate };
    const idOf = (task: Task): string => jobId(tasks.indexOf(task), path.basename(task.path, '.ipynb'));
    const held = new Held<JupyterServer>(
      (live) => openServer(optionsOf(asked), commonFolder(tasks.map((task) => task.path)), tasks, live),
      (server) => server.stop(),
    );
    return {
      identity: {
        ...(await kernelIdentity(
          asked,
          tasks.map((task) => path.dirname(path.resolve(task.path))),
        )),
        notebooks: await hashOf([...new Set(tasks.map((task) => task.path))]),
      },
      unit: 'cells',
      jobs: tasks.map((task, index) => ({ id: idOf(task), input: index, units: cellsOf(task) })),
      async execute(input: Json, { signal: given, onUnits }) {
        const task = tasks[input as number];
        const { result } = await held.run(task.path, given, async (server, signal) => ({
          result: await runOne(task, server, asked, { signal, onUnits }),
        }));
        return jsonBytes(storable(result, request.keep ?? 'results'));
      },
      async join(read) {
        const ran: NotebookResult[] = [];
        for (const task of tasks) ran.push(restored(fromBytes<Stored>(idOf(task), await read(idOf(task)), 'cells')));
        return [...rejected, ...ran];
      },
      dispose: () => held.close(),
    };
  },
};

const cellsOf = ({ filled }: Task): number => filled.notebook.cells.filter(isExecutable).length;

async function runOne(
  task: Task,
  server: JupyterServer,
  request: NotebooksRequest,
  { signal, onUnits }: Live,
): Promise<NotebookResult> {
  const { timeoutMs, outputBytes, memoryBytes } = optionsOf(request);
  let last = -1;
  return runTask(task, {
    server,
    limits: { timeoutMs, outputBytes, kernelBytes: memoryBytes },
    signal,
    // Answers that are tried come before their cell and count as a part of it.
    onCell: (_, { index }) => {
      if (index > last) onUnits(1);
      last = Math.max(last, index);
    },
  });
}
