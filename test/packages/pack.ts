import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';

export const ROOT = path.resolve(__dirname, '../..');
const run = promisify(execFile);
const npm = (cwd: string, args: string[]) => run('npm', args, { cwd, maxBuffer: 1e8 });

/** Packs a package of lib as it would be published; the tarball and the paths in it. */
export async function pack(name: string, folder: string): Promise<{ tarball: string; files: string[] }> {
  const { stdout } = await npm(path.join(ROOT, 'lib', name), [
    'pack',
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    folder,
  ]);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  return { tarball: path.join(folder, packed.filename), files: packed.files.map((file) => file.path) };
}

/** Installs the tarballs and what they need into an empty folder. */
export async function install(folder: string, tarballs: string[]): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await npm(folder, ['install', ...quiet, ...tarballs, '@types/node@20']);
}

/** Whether an error of npm or pip means that there is no way to the registry. */
export const isOffline = (error: unknown): boolean =>
  /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|network|No matching distribution|Could not find a version/i.test(
    String(error) + String((error as { stderr?: string }).stderr ?? ''),
  );

/** How a user's compiler may be set up; each must find the packages' types. */
export const RESOLUTIONS = {
  Node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  Bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  /** What tslab sets. */
  Node10: { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 },
};

/** Compiles the programs of a folder into `out`; the compiler's complaints, each in a line. */
export function compile(folder: string, resolution: keyof typeof RESOLUTIONS, out: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const options: ts.CompilerOptions = {
    ...RESOLUTIONS[resolution],
    target: ts.ScriptTarget.ES2022,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.join(folder, 'node_modules/@types')],
    rootDir: folder,
    outDir: out,
  };
  const program = ts.createProgram(
    files.map((name) => path.join(folder, name)),
    options,
  );
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  return diagnostics.map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${path.basename(file?.fileName ?? '')}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
