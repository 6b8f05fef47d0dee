import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LIB = fileURLToPath(new URL('../../lib', import.meta.url));

/**
 * The packages and their rooms, each from the top down: a room imports only from rooms that stand after it, in its own
 * package by path, in a package that stands after its own by name.
 */
export const PACKAGES = [
  { folder: 'workbook', name: 'scalable-inference-workbook', rooms: ['course', 'exercise', 'display', 'study'] },
  {
    folder: 'runner',
    name: 'tslab-runner',
    rooms: ['cli', 'grade', 'report', 'lint', 'run', 'kernel', 'server', 'ipynb', 'files'],
  },
  {
    folder: 'inference',
    name: 'scalable-inference',
    rooms: [
      'distill',
      'quantize',
      'prune',
      'onnx',
      'measure',
      'datasets',
      'graph',
      'checkpoint',
      'models',
      'nn',
      'backend',
      'files',
      'check',
    ],
  },
];

/** Which of the other packages a package may import. */
const ALLOWED = { workbook: ['runner', 'inference'], runner: [], inference: [] };

/** Packages that one room alone may import, so that the others do not depend on them. */
const KEEPERS = [
  [/^@tensorflow\//, 'backend'],
  [/^tslab(\/|$)/, 'display'],
];

/** The package and room of a source file; undefined outside `lib/<package>/src`, without a room directly in it. */
function placeOf(file) {
  const [folder, src, room, ...rest] = path.relative(LIB, file).split(path.sep);
  const home = PACKAGES.find((item) => item.folder === folder);
  if (home === undefined || src !== 'src') return undefined;
  return { home, room: rest.length > 0 && home.rooms.includes(room) ? room : undefined };
}

/**
 * What is wrong with an import, or undefined.
 *
 * @param {string} file absolute path of the importing file @param {string} imported as written in the import
 */
export function complaintAbout(file, imported) {
  const place = placeOf(file);
  if (place === undefined) return undefined;
  if (!imported.startsWith('.')) return complaintAboutPackage(place, imported);
  const target = placeOf(path.join(path.dirname(file), imported, 'index.ts'));
  if (target !== undefined && target.home !== place.home) return `Import ${target.home.name} by its name.`;
  if (target?.room === undefined || place.room === undefined) return undefined;
  const { rooms } = place.home;
  const upwards = rooms.indexOf(target.room) < rooms.indexOf(place.room);
  return upwards ? `${place.room} may not import from ${target.room}, which stands above it.` : undefined;
}

function complaintAboutPackage({ home, room }, imported) {
  const keeper = KEEPERS.find(([pattern]) => pattern.test(imported))?.[1];
  if (keeper && keeper !== room) return `Only ${keeper} imports ${imported}.`;
  const other = PACKAGES.find(({ name }) => imported === name || imported.startsWith(`${name}/`));
  if (other === undefined || ALLOWED[home.folder].includes(other.folder)) return undefined;
  return `${home.folder} may not import ${imported}.`;
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
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
        };
      },
    },
  },
};
