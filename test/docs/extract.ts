import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

export const ROOT = path.resolve(__dirname, '../..');

/** A piece of TypeScript in a document. What is no code to run, such as part of a file, is fenced as ` ```js `. */
export interface Example {
  /** Where its code begins, as `path:line`. */
  place: string;
  code: string;
  /** Whether it runs in the tests; ` ```ts no-run ` is only type-checked, for what downloads or takes long. */
  runs: boolean;
}

const IMPORT = /^import [^;]*;.*$/gm;
const FENCE = /^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm;

function fenced(text: string, file: string, firstLine: number): Example[] {
  return [...text.matchAll(FENCE)].flatMap(({ 1: language, 2: words, 3: code, index }) => {
    if (language !== 'ts') return [];
    const line = firstLine + text.slice(0, index).split('\n').length;
    return [{ place: `${file}:${line}`, code, runs: words !== 'no-run' }];
  });
}

/** The ` ```ts ` blocks of a Markdown file; its path is relative to the project. */
export function markdownExamples(file: string): Example[] {
  return fenced(readFileSync(path.join(ROOT, file), 'utf8'), file, 1);
}

/** The ` ```ts ` blocks in the documentation comments of a TypeScript file, and the `@example` tags without such a block. */
export function sourceExamples(file: string): { examples: Example[]; bare: string[] } {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const comments = [...text.matchAll(/^ *\/\*\*\n(?: *\*.*\n)*? *\*\/$/gm)];
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  return {
    examples: comments.flatMap(({ 0: comment, index }) =>
      fenced(comment.replace(/^ *\* ?/gm, ''), file, lineAt(index)),
    ),
    bare: comments
      .filter(({ 0: comment }) => /@example(?!\n *\* ```ts)/.test(comment))
      .map(({ index }) => `${file}:${lineAt(index)}`),
  };
}

/** Files below some folders of the project, by the end of their names; paths are relative, with forward slashes. */
export function filesBelow(folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.join(folder, name).split(path.sep).join('/'),
      ),
    )
    .filter((name) => name.endsWith(ending))
    .sort();
}

/** The folders of the packages. */
export const PACKAGE_FOLDERS = ['lib/inference', 'lib/runner', 'lib/workbook'];

/** Pages for readers: of the project, of each package, of contributors. */
export const PAGES = [
  'README.md',
  '.github/CONTRIBUTING.md',
  ...filesBelow(['.github/docs'], '.md'),
  ...PACKAGE_FOLDERS.flatMap((folder) => [`${folder}/README.md`, `${folder}/CHANGELOG.md`]).filter((file) =>
    existsSync(path.join(ROOT, file)),
  ),
];

/** What every example may use without importing it. */
const PRELUDE = `import * as assert from 'node:assert/strict';
import * as notebook from 'scalable-inference-workbook';
import { ipynb, server, run } from 'tslab-runner';
import { tf, backend, nn, models, checkpoint, graph, measure, datasets, prune, quantize, onnx, distill } from 'scalable-inference';
`;

/**
 * An example as a module that exports `example()`. Imports stay at the top, where an example has none it gets the
 * library's rooms; `expression; // => value` becomes an assertion.
 */
export function asModule({ code }: Example): string {
  const imports = code.match(IMPORT) ?? [];
  const body = code.replace(IMPORT, '').replace(/^( *)(?!\/\/)(.+?); *\/\/ => (.+)$/gm, '$1assert.deepEqual($2, $3);');
  const head = imports.length > 0 ? ["import * as assert from 'node:assert/strict';", ...imports].join('\n') : PRELUDE;
  return `${head}\nexport async function example(): Promise<void> {\n${body}\n}\n`;
}

/** What the compiler has against modules, by their names; they are held in memory, beside the tests. */
export function typeErrors(modules: ReadonlyMap<string, string>): Map<string, string[]> {
  const { config } = ts.readConfigFile(path.join(ROOT, 'test/tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path.join(ROOT, 'test'), {
    noUnusedLocals: false,
    noUnusedParameters: false,
    noEmit: true,
  });
  const host = ts.createCompilerHost(options);
  const [exists, read] = [host.fileExists.bind(host), host.readFile.bind(host)];
  host.fileExists = (name) => modules.has(name) || exists(name);
  host.readFile = (name) => modules.get(name) ?? read(name);
  const program = ts.createProgram([...modules.keys()], options, host);
  return new Map(
    [...modules.keys()].map((name) => [
      name,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(name))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}
