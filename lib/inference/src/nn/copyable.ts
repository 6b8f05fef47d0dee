/** Which field of which class is looked at. */
interface Field {
  owner: string;
  key: string;
}

// What compilers make of `this.#name` for older engines: TypeScript, then esbuild.
const PRIVATE = [
  /\.\s*#([\w$]+)/g,
  /#([\w$]+)\s+in\s/g,
  /__classPrivateField(?:Get|Set)\(\s*[\w$]+,\s*_[\w$]+?_([\w$]+)/g,
  /__private(?:Get|Set|Add|Method|Wrapper)\(\s*this,\s*_([\w$]+)/g,
];

const sources = new WeakMap<object, string | null>();

/** The name of a # field or method that objects of a class have, or null; static ones belong to the class itself. */
function hiddenName(constructor: object): string | null {
  const known = sources.get(constructor);
  if (known !== undefined) return known;
  const source = Function.prototype.toString.call(constructor).replace(/\/\*[\s\S]*?\*\//g, '');
  const isStatic = (name: string): boolean =>
    new RegExp(`static\\s*(?:(?:async|get|set|accessor)\\s*)?\\*?\\s*#${name.replace('$', '\\$')}\\b`).test(source);
  const names = PRIVATE.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name]) => name));
  const found = names.find((name) => !isStatic(name)) ?? null;
  sources.set(constructor, found);
  return found;
}

/** Refuses to copy an object whose class, or one that it extends, has # fields: JavaScript lets nobody else read them. */
export function refuseHidden(object: object): void {
  for (
    let prototype = Object.getPrototypeOf(object) as object | null;
    prototype && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const { constructor } = prototype;
    const name = hiddenName(constructor);
    if (name !== null)
      throw new Error(
        `${constructor.name} cannot be copied: its field #${name} can be read by the class alone; write 'private ${name}' ` +
          `(TypeScript) or '_${name}' instead of '#${name}'.`,
      );
  }
}

const isArrow = (code: string): boolean =>
  !/^(async\s+)?(function\b|class\b|(get|set)\s|[\w$[\]'".]+\s*\([^)]*\)\s*\{)/.test(code);

/** Refuses a field whose function would go on working on the original. */
export function refuseFunction(code: object, { owner, key }: Field): void {
  const { name } = code as { name: string };
  const text = Function.prototype.toString.call(code);
  const isBound = name.startsWith('bound ');
  const keepsThis = isArrow(text) && (/\b_?this(_\d+)?\b/.test(text) || /\.forward\b/.test(text));
  if (!isBound && !keepsThis) return;
  throw new Error(
    `${owner} cannot be copied: its field '${key}' is ${isBound ? 'a bound function' : 'an arrow function'}, which goes ` +
      `on working with the original; write it as a method of the class, ${key}(...) { ... }.`,
  );
}
