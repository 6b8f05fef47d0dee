import ts from 'typescript';

/** A code cell as others depend on it. */
export interface Part {
  readonly source: string;
  /** Names that it declares for later cells. */
  readonly declares: ReadonlySet<string>;
  /** Names that it mentions. */
  readonly mentions: ReadonlySet<string>;
}

function namesOf(binding: ts.BindingName): string[] {
  if (ts.isIdentifier(binding)) return [binding.text];
  return binding.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
    return [statement.name.text];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [statement.name.text];
  if (!ts.isImportDeclaration(statement)) return [];
  const clause = statement.importClause;
  const bindings = clause?.namedBindings;
  const named = bindings === undefined ? [] : ts.isNamespaceImport(bindings) ? [bindings] : [...bindings.elements];
  return [...(clause?.name ? [clause.name.text] : []), ...named.map(({ name }) => name.text)];
}

/** What a cell's source declares at its top level, and every name in it that is no property's. */
export function partOf(source: string): Part {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true);
  const mentions = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isProperty =
      (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
      (ts.isPropertyAssignment(node.parent) && node.parent.name === node);
    if (ts.isIdentifier(node) && !isProperty) mentions.add(node.text);
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return { source, declares: new Set(file.statements.flatMap(declaredBy)), mentions };
}

function lastDeclaring(parts: readonly Part[], name: string): number {
  return parts.reduce((found, { declares }, at) => (declares.has(name) ? at : found), -1);
}

/**
 * The cells that a result needs, in order: the one that declares it, and for each name in it the nearest cell above that
 * declares that name, and so on.
 *
 * @param answer sources of the answer and its check, whose names are needed too; they stand above cell `before`
 */
export function slice(parts: readonly Part[], result: string, answer: readonly string[], before: number): number[] {
  const last = lastDeclaring(parts, result);
  if (last < 0) throw new Error(`no cell declares ${result}`);
  const needed = new Set<number>([last]);
  const open = [last];
  const need = (names: Iterable<string>, at: number): void => {
    for (const name of names) {
      const above = lastDeclaring(parts.slice(0, at), name);
      if (above < 0 || needed.has(above)) continue;
      needed.add(above);
      open.push(above);
    }
  };
  for (const source of answer) need(partOf(source).mentions, before);
  for (let at = open.pop(); at !== undefined; at = open.pop()) need(parts[at].mentions, at);
  return [...needed].sort((a, b) => a - b);
}

/** Those of the cells that depend on one of them, itself among them. */
export function downstream(parts: readonly Part[], cells: readonly number[], from: number): number[] {
  const names = new Set(parts[from].declares);
  const found = [from];
  for (const at of cells.filter((cell) => cell > from)) {
    if (![...parts[at].mentions].some((name) => names.has(name))) continue;
    found.push(at);
    for (const name of parts[at].declares) names.add(name);
  }
  return found;
}
