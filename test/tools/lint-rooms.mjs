import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorText } from './lint-error-text.mjs';
import { PACKAGES } from './room-map.mjs';

const LIB = fileURLToPath(new URL('../../lib', import.meta.url));

/**
 * Rooms that are laid out in rooms of their own, from the top down again: the same rules hold between those, and for
 * what lies beside them in the room's own folder.
 */
export const INNER_ROOMS = {
  quantize: ['training', 'convert', 'reference', 'plan', 'ops', 'observers', 'numbers'],
};

/** Folders inside of a room that have a door of their own: the closed set of operations; what only authors load. */
const INNER_DOORS = ['nn/ops', 'exercise/sync'];

/** Which of the other packages a package may import. */
const ALLOWED = { workbook: ['runner', 'inference'], jobs: ['runner', 'inference'], runner: [], inference: [] };

/** Packages that one room alone may import, so that the others do not depend on them. */
const KEEPERS = [
  [/^@tensorflow\//, 'backend'],
  [/^tslab(\/|$)/, 'display'],
  [/^(bullmq|ioredis)(\/|$)/, 'queue'],
];

/**
 * Where a module lies: its package, its folders and name below `src`, and its room, which is undefined for what lies
 * directly in `src`. Undefined outside of `lib/<package>/src`.
 */
function placeOf(module) {
  const [folder, src, ...steps] = path.relative(LIB, module).split(path.sep);
  const home = PACKAGES.find((item) => item.folder === folder);
  if (home === undefined || src !== 'src') return undefined;
  return { home, steps, room: Object.hasOwn(home.rooms, steps[0]) ? steps[0] : undefined };
}

/**
 * What is wrong with an import, or undefined.
 *
 * @param {string} file absolute path of the importing file @param {string} imported as written in the import
 */
export function complaintAbout(file, imported) {
  const place = placeOf(withoutExtension(file));
  if (place === undefined) return undefined;
  if (!imported.startsWith('.')) return complaintAboutPackage(place, imported);
  const target = placeOf(withoutExtension(path.join(path.dirname(file), imported)));
  if (target === undefined) return undefined;
  if (target.home !== place.home) return `Import ${target.home.name} by its name.`;
  if (place.room === undefined) return undefined;
  const { home, room } = place;
  if (room !== target.room) return complaintBetween(Object.keys(home.rooms), place.steps, target.steps);
  return room in INNER_ROOMS
    ? complaintBetween(INNER_ROOMS[room], place.steps.slice(1), target.steps.slice(1))
    : undefined;
}

const withoutExtension = (file) => file.replace(/\.(ts|js)$/, '');

/**
 * What is wrong with an import from one room into another.
 *
 * @param {readonly string[]} rooms from the top down @param {readonly string[]} from room, folders and name of the
 *   importing module @param {readonly string[]} to the same of the imported one
 */
function complaintBetween(rooms, [room], [target, ...inside]) {
  if (!rooms.includes(target) || room === target) return undefined;
  if (rooms.includes(room) && rooms.indexOf(target) < rooms.indexOf(room))
    return `${room} may not import from ${target}, which stands above it.`;
  const door = [target, ...inside].join('/').replace(/\/index$/, '');
  return door === target || INNER_DOORS.includes(door)
    ? undefined
    : `Enter ${target} through its index, not by ${door}.`;
}

function complaintAboutPackage({ home, room }, imported) {
  const keeper = KEEPERS.find(([pattern]) => pattern.test(imported))?.[1];
  if (keeper && keeper !== room) return `Only ${keeper} imports ${imported}.`;
  const other = PACKAGES.find(({ name }) => imported === name || imported.startsWith(`${name}/`));
  if (other === undefined || ALLOWED[home.folder].includes(other.folder)) return undefined;
  return `${home.folder} may not import ${imported}.`;
}

/** An ESLint plugin with the rules `direction` and `error-text`. */
export const rooms = {
  rules: {
    'error-text': errorText,
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
