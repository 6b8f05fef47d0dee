/**
 * The text of a course's `index.ts` with one exercise more: imported from a file of its own, and a property of the object
 * that `workbook(name, {...})` is called with.
 *
 * @param file named in errors
 * @throws Error where there is no such call
 */
export async function register(text: string, name: string, id: string, file: string): Promise<string> {
  // Only where an author works: no notebook loads a compiler for it.
  const ts = await import('typescript');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  let end: number | undefined;
  const visit = (node: import('typescript').Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'workbook') {
      const [first, exercises] = node.arguments;
      const isNamed = first !== undefined && ts.isStringLiteral(first) && first.text === name;
      if (isNamed && exercises !== undefined && ts.isObjectLiteralExpression(exercises))
        end = exercises.properties.end - (exercises.properties.hasTrailingComma ? 1 : 0);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (end === undefined) throw new Error(`${file}: expected workbook('${name}', {...}), found no such call.`);
  const lastImport = source.statements.filter((statement) => ts.isImportDeclaration(statement)).at(-1);
  const at = lastImport?.end ?? 0;
  return `${text.slice(0, at)}\nimport { ${id} } from './${id}';${text.slice(at, end)}, ${id}${text.slice(end)}`;
}
