/**
 * Decides, from what was found on a machine, which TensorFlow the addon is built against. Pure, so that every machine
 * can be tried as data.
 *
 * @param {{ platform: string, arch: string, cards: string[], compiler?: string, list: { conda: string[], pip: string[] } }} machine
 * @returns {{
 *   variant: 'cpu' | 'cuda', tensorflow: string, python: string[], native: boolean, reason: string
 * }} `tensorflow` is the wheel's requirement, installed without its dependencies; `python` the other packages; `native`
 *   whether the addon can be built here; `reason` the choice in one line
 */
export function planFor({ platform, arch, cards, compiler, list }) {
  const all = [...list.conda, ...list.pip];
  const wheel = all.find((requirement) => /^tensorflow(-cpu)?==/.test(requirement));
  if (!wheel) throw new Error('environment.yml: expected tensorflow-cpu==VERSION in the list, got none.');
  const version = wheel.split('==')[1];
  const variant = cards.length > 0 && platform === 'linux' && arch === 'x64' ? 'cuda' : 'cpu';
  return {
    variant,
    tensorflow: `${variant === 'cuda' ? 'tensorflow' : 'tensorflow-cpu'}==${version}`,
    python: all.filter((requirement) => requirement !== wheel),
    native: platform === 'linux' && compiler !== undefined,
    reason: reasonFor({ variant, platform, cards, compiler }),
  };
}

function reasonFor({ variant, platform, cards, compiler }) {
  if (platform !== 'linux') return `the addon is built on Linux only, this is ${platform}`;
  if (!compiler) return 'no C++ compiler (g++, c++ or clang++; or name one in CXX) was found';
  return variant === 'cuda'
    ? `NVIDIA driver answers: ${cards.join(', ')}`
    : 'no NVIDIA driver answers, so the processor computes';
}
