import { obstacleOfCard, requirementsOfCards } from './cards.mjs';
import { systemOf, WHEELS } from './systems.mjs';
import { compareVersions, inRange } from './versions.mjs';

/**
 * @typedef {object} MachineFacts
 * @property {string} platform @property {string} arch as Node names them
 * @property {string} [glibc] version of the GNU C library, undefined where there is another one
 * @property {import('./cards.mjs').Card[]} cards NVIDIA cards whose driver answers
 * @property {string} [absence] why there are none, where more is to be said than that no driver answers
 * @property {string} [compiler] path of the C++ compiler
 * @property {{ version: string, program?: string, machine?: string } | null} [python] the Python that holds the wheel or will; null where
 *   none was found, undefined where none was looked for yet
 * @property {{ conda: string[], pip: string[], python: string }} list what is wanted of Python
 */

/**
 * Decides, from what was found on a machine, which TensorFlow the addon is built against. Pure, so that every machine
 * can be tried as data.
 *
 * @param {MachineFacts} machine
 * @returns {{
 *   variant: 'cpu' | 'cuda', tensorflow?: string, cuda: string[], pythonRange: string, python: string[],
 *   native: boolean, reason: string, system: import('./systems.mjs').System, wheel?: import('./systems.mjs').Wheel
 * }} `tensorflow` is the wheel's requirement, installed without its dependencies, undefined where there is no wheel;
 *   `cuda` what the cards ask for besides the wheel's own requirements;
 *   `pythonRange` the Pythons it is for; `python` the other packages; `native` whether the addon can be built here;
 *   `reason` the choice in one line
 */
export function planFor({ platform, arch, glibc, cards, absence, compiler, python, list }) {
  const all = [...list.conda, ...list.pip];
  const isTensorflow = (requirement) => /^tensorflow(-cpu)?==/.test(requirement);
  const listed = all.find(isTensorflow);
  if (!listed) throw new Error('environment.yml: expected tensorflow-cpu==VERSION in the list, got none.');
  const wheel = WHEELS[`${platform}-${arch}`];
  const version = wheel?.version ?? listed.split('==')[1];
  const usable = wheel?.cards ? cards.filter((card) => obstacleOfCard(card, wheel.cards) === undefined) : [];
  const variant = usable.length > 0 ? 'cuda' : 'cpu';
  const system = systemOf(platform);
  const pythonRange = wheel?.python ?? list.python;
  const obstacle = obstacleTo({ platform, arch, glibc, compiler, python, system, wheel, version, pythonRange });
  return {
    variant,
    tensorflow: wheel && `${variant === 'cuda' ? wheel.cuda : wheel.package}==${version}`,
    cuda: variant === 'cuda' ? requirementsOfCards(usable, wheel.cards) : [],
    pythonRange,
    python: all.filter((requirement) => !isTensorflow(requirement)),
    native: obstacle === undefined,
    reason: obstacle ?? reasonFor({ cards, usable, absence, wheel, system, arch }),
    system,
    wheel,
  };
}

function reasonFor({ cards, usable, absence = 'no NVIDIA driver answers', wheel, system, arch }) {
  const names = cards.map(({ name }) => name).join(', ');
  if (usable.length > 0) return `NVIDIA driver answers: ${names}`;
  if (cards.length === 0) return `${absence}, so the processor computes`;
  if (!wheel?.cards) return `TensorFlow has no libraries for NVIDIA cards for ${system.name} on ${arch}`;
  const obstacles = cards.map((card) => `${card.name}: ${obstacleOfCard(card, wheel.cards)}`);
  return `no NVIDIA card can be used (${obstacles.join('; ')}), so the processor computes`;
}

/** Why the addon cannot be built, in one line: what nobody can change comes first. */
function obstacleTo({ platform, arch, glibc, compiler, python, system, wheel, version, pythonRange }) {
  if (!wheel) {
    const without = `TensorFlow has no libraries to link with for ${system.name} on ${arch}`;
    return system.native ? `${without}: ${system.native}` : without;
  }
  if (wheel.glibc && !(glibc && compareVersions(glibc, wheel.glibc) >= 0)) {
    const found = glibc ? `this is ${glibc}` : 'this Linux has another C library (musl)';
    return `TensorFlow's wheels need glibc ${wheel.glibc} or newer, ${found}`;
  }
  if (!compiler) return noCompiler(system);
  return python === undefined ? undefined : obstacleOfPython({ python, arch, wheel, version, pythonRange });
}

const noCompiler = ({ compilers, compilerHint }) => {
  const names = `${compilers.slice(0, -1).join(', ')} or ${compilers.at(-1)}`;
  return `no C++ compiler (${names}; or name one in CXX) was found: ${compilerHint}`;
};

function obstacleOfPython({ python, arch, wheel, version, pythonRange }) {
  const wanted = `TensorFlow ${version} needs Python ${pythonRange.replace(',', ' and ')}`;
  if (python === null) return `${wanted}, none was found`;
  const found = `${python.version}${python.program ? ` (${python.program})` : ''}`;
  if (!inRange(python.version, pythonRange)) return `${wanted}, found ${found}: name another one in PYTHON`;
  if (python.machine && !wheel.machine.includes(python.machine))
    return `Python is built for ${python.machine}, Node for ${arch}: install both for the same processor`;
  return undefined;
}
