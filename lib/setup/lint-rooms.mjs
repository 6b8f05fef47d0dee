import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Rooms of lib/src from the top down: a room imports only from rooms that stand after it. */
export const ROOMS = [
  'notebook', 'runner', 'distill', 'quantize', 'prune', 'onnx', 'measure', 'datasets', 'graph', 'checkpoint', 'models', 'nn', 'backend', 'files',
];

/** Packages that one room alone may import, so that the others do not depend on them. */
const KEEPERS = [[/^@tensorflow\//, 'backend'], [/^tslab(\/|$)/, 'notebook']];

/** The room of a file, undefined outside lib/src and for files directly in it. */
const roomOf = (file) => {
  const [room, ...rest] = path.relative(SOURCE, file).split(path.sep);
  return rest.length > 0 && ROOMS.includes(room) ? room : undefined;
};

/**
 * What is wrong with an import, or undefined.
 *
 * @param {string} file absolute path of the importing file @param {string} imported as written in the import
 */
export function complaintAbout(file, imported) {
  const room = roomOf(file);
  if (room === undefined) return undefined;
  const keeper = KEEPERS.find(([pattern]) => pattern.test(imported))?.[1];
  if (keeper && keeper !== room) return `Only ${keeper} imports ${imported}.`;
  if (!imported.startsWith('.')) return undefined;
  const target = roomOf(path.join(path.dirname(file), imported, 'index.ts'));
  const upwards = target !== undefined && ROOMS.indexOf(target) < ROOMS.indexOf(room);
  return upwards ? `${room} may not import from ${target}, which stands above it.` : undefined;
}

/** An ESLint plugin with the rule `direction`. */
export const rooms = {
  rules: {
    direction: {
      create: (context) => {
        const check = (node) => {
          const imported = node.source?.value;
          const message = typeof imported === 'string' ? complaintAbout(context.filename, imported) : undefined;
          if (message) context.report({ node, message });
        };
        return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
      },
    },
  },
};
