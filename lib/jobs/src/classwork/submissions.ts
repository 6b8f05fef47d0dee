import * as path from 'node:path';
import {
  type Graded,
  Grading,
  isRunnable,
  readSubmissions,
  type Runnable,
  type Submission,
  ungraded,
  watchedFiles,
} from 'tslab-runner/cli';
import { type Change, WatchedFiles } from 'tslab-runner/grade';
import { type JobKind, jsonBytes, type Json } from '../run';
import { Held } from './held';
import { hashOf, jobId, kernelIdentity, type KernelRequest, optionsOf, parametersOf } from './request';
import { fromBytes, restored, storable, type Stored } from './results';

/** Which submissions. */
export type SubmissionsRequest = KernelRequest & {
  /** Every notebook below it is a submission. */
  readonly folder: string;
};

/** A submission with its grades, and what was changed that must not be while it ran. */
export interface GradedSubmission extends Graded {
  readonly submission: Submission;
  readonly changes: readonly Change[];
}

interface Part {
  readonly grades: Graded['grades'];
  readonly result: Stored | undefined;
  readonly changes: readonly Change[];
}

/** Submissions graded one a job, each as `tslab-runner --grade` grades it; in order of their names. */
export const kind: JobKind<SubmissionsRequest, readonly GradedSubmission[]> = {
  name: 'submissions',
  module: __filename,
  async open(request) {
    const all = await readSubmissions(request.folder, request.files, parametersOf(request));
    const originals = [...new Set(all.flatMap(({ original }) => original?.path ?? []))];
    const runnable = all.filter(isRunnable);
    const idOf = (submission: Submission): string => jobId(all.indexOf(submission), submission.name);
    const held = new Held<Desk>(
      (live) => openDesk(runnable, request, live),
      ({ grading }) => grading.close(),
    );
    const folders = runnable.map((each) => path.dirname(path.resolve(each.original?.path ?? each.path)));
    return {
      identity: {
        ...(await kernelIdentity(request, folders)),
        submissions: await hashOf(
          all.map((submission) => submission.path),
          request.folder,
        ),
        originals: await hashOf(originals),
      },
      unit: 'submissions',
      jobs: runnable.map((submission) => ({ id: idOf(submission), input: all.indexOf(submission), units: 1 })),
      async execute(input: Json, { signal, onUnits }) {
        const submission = all[input as number] as Runnable;
        const part = await held.run(submission.name, signal, async ({ grading, watched }) => {
          const graded = await grading.grade(submission);
          return { ...graded, changes: await watched.changes() };
        });
        onUnits(1);
        const result = part.result && storable(part.result, request.keep);
        return jsonBytes({ grades: part.grades, changes: part.changes, result } satisfies Part);
      },
      async join(read) {
        const graded: GradedSubmission[] = [];
        for (const submission of all) graded.push(await joined(submission, idOf(submission), read));
        return graded;
      },
      dispose: () => held.close(),
    };
  },
};

async function joined(
  submission: Submission,
  id: string,
  read: (id: string) => Promise<Uint8Array>,
): Promise<GradedSubmission> {
  if (!isRunnable(submission)) return { submission, grades: ungraded(submission), changes: [] };
  const { grades, result, changes } = fromBytes<Part>(id, await read(id), 'grades');
  return { submission, grades, changes, ...(result ? { result: restored(result) } : {}) };
}

/** What a process grades with. */
interface Desk {
  readonly grading: Grading;
  readonly watched: WatchedFiles;
}

async function openDesk(
  submissions: readonly Runnable[],
  request: SubmissionsRequest,
  live: Parameters<typeof Grading.open>[2],
): Promise<Desk> {
  const watched = await WatchedFiles.of(() => watchedFiles(submissions));
  return { watched, grading: await Grading.open(submissions, optionsOf(request), live) };
}
