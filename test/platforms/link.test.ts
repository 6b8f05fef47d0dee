import assert from 'node:assert/strict';
import { WHEELS } from '../../lib/inference/setup/systems.mjs';
import { type Need, problemsOf } from './bindings';
import { zigTarget } from './link';

const CC = 'libtensorflow_cc.2.dylib';
const FRAMEWORK = 'libtensorflow_framework.2.dylib';
const OF_TSL = '_ZN3tsl32enable_tensor_float_32_executionEb';
const given = new Map([
  [CC, new Set(['TF_NewGraph', 'TFE_Execute'])],
  [FRAMEWORK, new Set(['TF_NewStatus', OF_TSL])],
]);

const need = (name: string, library: string | null = null, version: string | null = null): Need => ({
  name,
  library,
  version,
});
const MACHO = [
  need('TF_NewGraph', `@rpath/${CC}`),
  need('TFE_Execute', `@rpath/${CC}`),
  need('TF_NewStatus', `@rpath/${FRAMEWORK}`),
  need(OF_TSL, `@rpath/${FRAMEWORK}`),
  need('napi_create_object', 'loader'),
  need('_free', '/usr/lib/libSystem.B.dylib'),
];
const ELF = [need('TF_NewGraph'), need('napi_create_object'), need('memcpy', null, 'GLIBC_2.17')];

/** The linking itself takes minutes and gigabytes: `npm run platforms`. */
describe('the addon for other machines', () => {
  it('is linked for the machine that its wheel names', () => {
    assert.deepEqual(
      Object.values(WHEELS).map(({ tag }) => zigTarget(tag)),
      ['x86_64-linux-gnu.2.27', 'aarch64-linux-gnu.2.27', 'aarch64-macos.12.0', 'x86_64-macos.10.15'],
    );
    assert.throws(() => zigTarget('win_amd64'), /got win_amd64\.$/);
  });

  it('passes where every symbol has its library', () => {
    const expected = ['TFE_Execute', 'TF_NewGraph', 'TF_NewStatus', OF_TSL];
    assert.deepEqual(problemsOf({ needs: MACHO, given, expected }), []);
    assert.deepEqual(problemsOf({ needs: ELF, given, expected: ['TF_NewGraph'], glibc: '2.27' }), []);
  });

  for (const [what, needs, problem] of [
    ['a symbol that no library has', [...ELF, need('TF_Gone')], /^TF_Gone is in neither library$/],
    ['one left to the loader', [...MACHO, need('TF_NewGraph', 'loader')], /^TF_NewGraph is bound to loader$/],
    ['one bound to the wrong library', [...MACHO, need('TFE_Execute', FRAMEWORK)], /^TFE_Execute is bound to lib/],
    ["Node's own, bound to a library", [...MACHO, need('napi_throw', `@rpath/${CC}`)], /^napi_throw is bound to/],
    ['a C library too new', [...ELF, need('stat', null, 'GLIBC_2.33')], /^stat is bound to GLIBC_2\.33$/],
    ['a C++ library of the builder', [...ELF, need('_ZSt4cout', null, 'GLIBCXX_3.4')], /bound to GLIBCXX_3\.4$/],
    ['a symbol of nobody', [...ELF, need('uv_now')], /^uv_now is bound to null$/],
    ['nothing of TensorFlow', [need('napi_throw')], /^it calls nothing of TensorFlow$/],
  ] as const) {
    it(`fails for ${what}`, () => {
      const problems = problemsOf({ needs: [...needs], given, glibc: '2.27' });
      assert.equal(problems.length, 1, problems.join('; '));
      assert.match(problems[0], problem);
    });
  }

  it('fails for another set of names than the machine at hand calls', () => {
    assert.deepEqual(problemsOf({ needs: ELF, given, expected: [], glibc: '2.27' }), [
      "1 of TensorFlow's names, 0 expected",
    ]);
  });
});
