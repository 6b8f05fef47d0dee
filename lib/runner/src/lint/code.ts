import ts from 'typescript';

import { type CellSource } from './source';
import { type CellFinding } from './types';

type Found = Pick<CellFinding, 'rule' | 'line' | 'message'>;

/** Names from earlier cells, by whether an import made them. */
export type EarlierNames = ReadonlyMap<string, 'declared' | 'imported'>;

/** What breaks in tslab 1.0.22 though it is good TypeScript, each tried in a kernel. */
export function lintCode(cell: CellSource, earlier: EarlierNames): Found[] {
  const found: Found[] = cell.syntaxErrors.map(({ line, message }) => ({ rule: 'syntax', line, message }));
  visit(cell.file, (node) => {
    found.push(...shorthand(node, cell, earlier), ...renaming(node, cell, earlier), ...moduleSyntax(node, cell));
  });
  return [...found, ...awaits(cell)];
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

/** `{ a }` with `a` of an earlier cell: tslab rewrites `a` to `exports.a`, which a shorthand cannot hold. */
function shorthand(node: ts.Node, cell: CellSource, earlier: EarlierNames): Found[] {
  if (!ts.isShorthandPropertyAssignment(node) || !earlier.has(node.name.text) || cell.declaresShorthand(node))
    return [];
  const name = node.name.text;
  return [
    {
      rule: 'shorthand',
      line: cell.lineOf(node),
      message: `{ ${name} } with "${name}" of an earlier cell fails in tslab; write { ${name}: ${name} }`,
    },
  ];
}

/** `const { a: b } = x` with `x` made in an earlier cell: tslab exports the wrong name. */
function renaming(node: ts.Node, cell: CellSource, earlier: EarlierNames): Found[] {
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return [];
  const list = node.parent;
  const from =
    node.initializer ??
    (ts.isVariableDeclarationList(list) && ts.isForOfStatement(list.parent) ? list.parent.expression : undefined);
  if (!renames(node.name) || !from || !usesEarlier(from, cell, earlier)) return [];
  return [
    {
      rule: 'destructuring',
      line: cell.lineOf(node),
      message:
        'destructuring with a new name fails in tslab for a value of an earlier cell; take the property: const b = x.a',
    },
  ];
}

function renames(pattern: ts.ObjectBindingPattern): boolean {
  return pattern.elements.some(
    ({ propertyName, name }) => propertyName !== undefined || (ts.isObjectBindingPattern(name) && renames(name)),
  );
}

function usesEarlier(expression: ts.Expression, cell: CellSource, earlier: EarlierNames): boolean {
  let uses = false;
  visit(expression, (node) => {
    if (ts.isIdentifier(node) && earlier.get(node.text) === 'declared' && !isPropertyName(node) && !cell.declares(node))
      uses = true;
  });
  return uses;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** A cell is no module of its own: nothing to export, no `import.meta`. */
function moduleSyntax(node: ts.Node, cell: CellSource): Found[] {
  const line = cell.lineOf(node);
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    return [{ rule: 'module-syntax', line, message: 'import.meta fails in tslab' }];
  }
  if (node.kind === ts.SyntaxKind.ExportKeyword && ts.canHaveModifiers(node.parent)) {
    return [
      {
        rule: 'module-syntax',
        line,
        message: '"export" fails in tslab; all top-level names of a cell are visible in later cells',
      },
    ];
  }
  return [];
}

/** Characters after `await` with which it also parses as an operand, so that tslab does not see an await. */
const AMBIGUOUS_START = /^[([+\-/`<]/;

/** tslab makes a cell async only for an `await` that cannot be a name: `await (x)` and `for await` do not count. */
function awaits(cell: CellSource): Found[] {
  const unseen: Found[] = [];
  let seen = false;
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    if (ts.isForOfStatement(node) && node.awaitModifier) {
      unseen.push({
        rule: 'await',
        line: cell.lineOf(node),
        message: '"for await" alone fails in tslab; put an "await f()" into the same cell',
      });
    }
    if (ts.isAwaitExpression(node)) {
      if (AMBIGUOUS_START.test(node.expression.getText(cell.file))) {
        unseen.push({
          rule: 'await',
          line: cell.lineOf(node),
          message: '"await (...)" alone fails in tslab; give the expression a name first: const v = await p',
        });
        // An await inside the brackets is not seen either.
        return;
      }
      seen = true;
    }
    ts.forEachChild(node, look);
  };
  look(cell.file);
  return seen ? [] : unseen;
}
