import ts from 'typescript';

/** One cell's source, parsed and bound on its own, as tslab sees it: a module without any library. */
export interface CellSource {
  file: ts.SourceFile;
  /** Whether the cell itself declares what this identifier names. */
  declares(identifier: ts.Identifier): boolean;
  /** Whether the cell declares the value of a shorthand property. */
  declaresShorthand(property: ts.ShorthandPropertyAssignment): boolean;
  /** Names the cell declares at its top level, by whether an import made them. */
  topLevel: ReadonlyMap<string, 'declared' | 'imported'>;
  /** Line of a node, from 1. */
  lineOf(node: ts.Node): number;
  /** Texts of syntax errors with their lines. */
  syntaxErrors: { line: number; message: string }[];
}

const FILE = 'cell.ts';
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  noLib: true,
  noResolve: true,
  types: [],
};

/** Parses one cell. `export {}` after it makes it a module, where `await` is a keyword at the top level. */
export function parseCell(source: string): CellSource {
  const file = ts.createSourceFile(FILE, `${source}\nexport {};`, ts.ScriptTarget.ES2022, true);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(OPTIONS),
    getSourceFile: (name) => (name === FILE ? file : undefined),
    writeFile: () => undefined,
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
  };
  const program = ts.createProgram([FILE], OPTIONS, host);
  const checker = program.getTypeChecker();
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
  return {
    file,
    declares: (identifier) => checker.getSymbolAtLocation(identifier)?.declarations !== undefined,
    declaresShorthand: (property) => checker.getShorthandAssignmentValueSymbol(property)?.declarations !== undefined,
    topLevel: topLevelNames(file),
    lineOf: (node) => lineOf(node.getStart(file)),
    syntaxErrors: program.getSyntacticDiagnostics(file).map(({ start, messageText }) => ({
      line: lineOf(start ?? 0),
      message: ts.flattenDiagnosticMessageText(messageText, ' '),
    })),
  };
}

function topLevelNames(file: ts.SourceFile): Map<string, 'declared' | 'imported'> {
  const names = new Map<string, 'declared' | 'imported'>();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) importedNames(statement).forEach((name) => names.set(name, 'imported'));
    else if (ts.isVariableStatement(statement))
      statement.declarationList.declarations.forEach(({ name }) =>
        boundNames(name).forEach((bound) => names.set(bound, 'declared')),
      );
    else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      names.set(statement.name.text, 'declared');
    else if (ts.isEnumDeclaration(statement)) names.set(statement.name.text, 'declared');
  }
  return names;
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  if (!importClause) return [];
  const { name, namedBindings } = importClause;
  const named =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name]
        : namedBindings.elements.map((element) => element.name);
  return [...(name ? [name] : []), ...named].map(({ text }) => text);
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
