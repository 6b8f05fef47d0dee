/** A small class: two exercises that a given cell judges, and submissions of every sort. */
import { CHECK_MIME, type Notebook } from 'tslab-runner/ipynb';
import { type Folder, notebook, tagged } from '../../runner/support';

const GIVEN = `import { display } from 'tslab';
const factor: number = 1;
class Exercise {
  value: unknown;
  constructor(readonly id: string, readonly right: number) {}
  answer(value: unknown): void { this.value = value; }
  check(): void {
    const passed = this.value === this.right * factor;
    const status = this.value === undefined ? 'unanswered' : passed ? 'passed' : 'not-yet';
    (display as any).raw('${CHECK_MIME}', { version: 1, exercise: this.id, status, points: 2, earned: passed ? 2 : 0, reason: passed ? undefined : 'wrong', message: status, kind: 'code', topic: 't' });
  }
}
const ex = { A1: new Exercise('A1', 3), A2: new Exercise('A2', 4) };`;

const STUB = (id: string): string => `ex.${id}.answer(undefined);`;

/** The notebook with these answers. */
export function course(answers: Readonly<Record<string, string>> = {}): Notebook {
  const cells = ['A1', 'A2'].flatMap((id, at) => {
    const wrong = [8, 9].map((value) => ({ source: `ex.${id}.answer(${value});`, reason: 'wrong' }));
    const known = { solution: `ex.${id}.answer(${at + 3});`, wrong };
    const own = { scalable_inference: { exercise: id, points: 2, ...known } };
    return [
      { ...tagged(['answer'], answers[id] ?? STUB(id), own), id: `answer-${id}` },
      tagged(['check'], `ex.${id}.check();`, { scalable_inference: { exercise: id } }),
    ];
  });
  return notebook([tagged(['parameters'], GIVEN), ...cells]);
}

/** Writes the original and what was handed in; the original's path. */
export function writeClass(originals: Folder, handedIn: Folder): string {
  const right = { A1: 'ex.A1.answer(3);', A2: 'ex.A2.answer(4);' };
  handedIn.write('ada/course.ipynb', course(right));
  handedIn.write('bob, the second/course.ipynb', course({ ...right, A1: "throw new Error('=not today');" }));
  handedIn.write('eve/course.ipynb', course({ ...right, A2: 'process.exit(3);' }));
  handedIn.write('mia/course.ipynb', '{ "cells": ');
  return originals.write('course.ipynb', course());
}
