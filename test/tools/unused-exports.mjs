// `node test/tools/unused-exports.mjs` prints the exports of the packages that no other file uses, public ones too.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const relative = (file) => path.relative(ROOT, file);

/** Exports that nothing here uses, each with who does. */
export const PUBLIC = {
  'torchvision has the class': ['Inception3', 'MNASNet', 'Permute'],
  'names what a public function takes or gives': ['SavedModel', 'Table', 'ExerciseReference'],
  'a setting of the library that a program may ask for': ['SAMPLE_SIZE', 'OPSET', 'IR_VERSION', 'MAXIMUM_CELL_LINES'],
  'of the workbook for writers of workbooks': ['inNotebook', 'VEGA_LITE_MIME', 'PLOTLY_MIME'],
  'of the runner for programs around it': ['tagsOf', 'projectRoot'],
};

/** Files in git, or about to be, with one of the endings. */
function filesOf(...endings) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate'], { cwd: ROOT });
  const names = listed.toString().split('\n');
  return names.filter((name) => endings.some((end) => name.endsWith(end)) && ts.sys.fileExists(path.join(ROOT, name)));
}

/** The source file behind a declaration file: others see a package as it was compiled. */
const sourceOf = (file) => relative(file).replace(/^(lib\/\w+)\/dist\/(.*)\.d\.ts$/, '$1/src/$2.ts');

const isMarked = (node, kind) => node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;

function childrenOf(node) {
  const children = [];
  node.forEachChild((child) => void children.push(child));
  return children;
}

/** Every identifier of a file except the names that it only passes on. */
function* identifiersOf(node) {
  if (ts.isExportSpecifier(node)) return;
  if (ts.isIdentifier(node)) yield node;
  for (const child of childrenOf(node)) yield* identifiersOf(child);
}

/** The exported declarations of a file by name. */
function exportsOf(file) {
  const exported = file.statements.filter((statement) => isMarked(statement, ts.SyntaxKind.ExportKeyword));
  const named = exported.flatMap((each) => (ts.isVariableStatement(each) ? each.declarationList.declarations : each));
  return new Map(named.filter(({ name }) => name && ts.isIdentifier(name)).map((each) => [each.name.text, each]));
}

/** The names in a declaration as others see it: without bodies, values of a stated type and private members. */
function* signatureOf(node) {
  if (isMarked(node, ts.SyntaxKind.PrivateKeyword) && !ts.isParameter(node)) return;
  if (ts.isIdentifier(node)) yield node.text;
  const hidden = [node.body, ...(node.type ? [node.initializer] : [])];
  for (const child of childrenOf(node)) if (!hidden.includes(child)) yield* signatureOf(child);
}

/** Whether a type is needed to name what another export of its file takes or gives. */
function isNeededToName(name, declaration, all) {
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) return false;
  return [...all.values()].some((other) => other !== declaration && [...signatureOf(other)].includes(name));
}

function programOf(names) {
  const { config } = ts.readConfigFile(path.join(ROOT, 'test/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path.join(ROOT, 'test'));
  return ts.createProgram(
    names.map((name) => path.join(ROOT, name)),
    { ...options, noEmit: true },
  );
}

/** `file#name` of what the files name that is declared in another file. */
function usedBy(files, checker) {
  const used = new Set();
  for (const file of files)
    for (const identifier of identifiersOf(file)) {
      const symbol = checker.getSymbolAtLocation(identifier);
      if (!symbol) continue;
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      for (const declaration of target.declarations ?? []) {
        const source = declaration.getSourceFile();
        if (source !== file) used.add(`${sourceOf(source.fileName)}#${target.name}`);
      }
    }
  return used;
}

/** The exports of lib/<package>/src that no other TypeScript file uses and no page or notebook names, as `file#name`. */
export function unusedExports() {
  const names = filesOf('.ts').filter((name) => /^(lib|test|data)\//.test(name));
  const program = programOf(names);
  const files = program.getSourceFiles().filter(({ fileName }) => names.includes(relative(fileName)));
  const used = usedBy(files, program.getTypeChecker());
  const pages = filesOf('.md', '.ipynb').map((name) => readFileSync(path.join(ROOT, name), 'utf8'));
  const elsewhere = new Set(pages.flatMap((text) => text.match(/\w+/g)));
  return files
    .filter(({ fileName }) => /^lib\/\w+\/src\//.test(relative(fileName)))
    .flatMap((file) => {
      const all = exportsOf(file);
      return [...all]
        .filter(([name]) => !used.has(`${relative(file.fileName)}#${name}`) && !elsewhere.has(name))
        .filter(([name, declaration]) => !isNeededToName(name, declaration, all))
        .map(([name]) => `${relative(file.fileName)}#${name}`);
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(unusedExports().join('\n'));
