/**
 * Reads the part of YAML that environment.yml uses: two levels of `- item` lists, `key: value`, comments.
 *
 * @param {string} text content of environment.yml
 * @returns {{ name: string, python: string, conda: string[], pip: string[] }} `python` is the accepted range
 *   (`>=3.10,<3.14`); `conda` and `pip` hold requirements in pip's notation (`name==version`), in file order, without
 *   what only conda brings (python, nodejs, pip, compilers) and without pip's condition (`; sys_platform == 'linux'`):
 *   which wheel of TensorFlow a machine gets is the plan's to say
 */
export function parseEnvironmentList(text) {
  const list = { name: '', python: '', conda: [], pip: [] };
  let section = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (line.trim() === '') continue;
    const found = /^(?<indent> *)(?<dash>- )?(?<rest>.+)$/.exec(line)?.groups;
    if (!found) throw new Error(`environment.yml:${index + 1}: expected "key: value" or "- item", got "${raw}".`);
    section = readLine(list, section, found, index + 1);
  }
  if (list.conda.length === 0)
    throw new Error('environment.yml: expected a "dependencies:" list with packages, got none.');
  return list;
}

const CONDA_ONLY = /^(nodejs|pip|cxx-compiler|c-compiler|compilers)\b/;

/** Adds what one line says to `list` and returns the section that the next line belongs to. */
function readLine(list, section, { indent, dash, rest }, number) {
  if (!dash) return readKey(list, rest, number);
  if (rest === 'pip:') return 'pip';
  if (section === 'pip' && indent.length <= 2) section = 'dependencies';
  if (section === 'pip') list.pip.push(requirement(rest, number));
  if (section === 'dependencies') addCondaLine(list, rest, number);
  return section;
}

function readKey(list, rest, number) {
  const [, key, value] = /^(\w+):\s*(.*)$/.exec(rest) ?? [];
  if (!key) throw new Error(`environment.yml:${number}: expected "key: value", got "${rest}".`);
  if (key === 'name') list.name = value;
  return key;
}

function addCondaLine(list, rest, number) {
  if (/^python\b/.test(rest)) list.python = rest.slice('python'.length).replaceAll(' ', '');
  else if (!CONDA_ONLY.test(rest)) list.conda.push(requirement(rest, number));
}

function requirement(text, number) {
  const [, name, version] = /^([\w.-]+)={1,2}([\w.]+)(?:\s*;.*)?$/.exec(text) ?? [];
  if (!name) throw new Error(`environment.yml:${number}: expected a pinned "name=version", got "${text}".`);
  return `${name}==${version}`;
}
