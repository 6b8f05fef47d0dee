// The rules of `npm run lint`: few, each one about something that has gone wrong before.
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { rooms } from '../test/tools/lint-rooms.mjs';

const ONLY = ['describe', 'it', 'context', 'suite', 'test'].map((object) => ({
  object,
  property: 'only',
  message: 'It would leave the other tests out.',
}));

/** Constants of a module that are plain data are written in capitals. */
const CONSTANTS = [
  {
    selector: 'variable',
    modifiers: ['const', 'global'],
    types: ['number', 'string', 'boolean'],
    format: ['UPPER_CASE'],
  },
];

/** Sources of answer cells: outside the packages, importing them as notebooks do; wrong ones may leave things unused. */
const ANSWERS = 'lib/workbook/src/course/*/answers/*.ts';

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.venv/**', '.cache/**', '**/out/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['lib/**/*.ts', 'test/**/*.ts', 'data/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: [
          'lib/inference/tsconfig.json',
          'lib/runner/tsconfig.json',
          'lib/jobs/tsconfig.json',
          'lib/workbook/tsconfig.json',
          'lib/workbook/tsconfig.answers.json',
          'test/tsconfig.json',
        ],
      },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { disallowTypeAnnotations: false, fixStyle: 'inline-type-imports' },
      ],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.{mjs,cjs}', 'test/**/*.ts', 'test/tools/*.{mjs,cjs}', 'data/**/*.ts'],
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-empty': 'error',
      'no-debugger': 'error',
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.{mjs,cjs}', 'test/tools/*.{mjs,cjs}', 'data/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.{mjs,cjs}'],
    plugins: { rooms },
    rules: { 'rooms/error-text': 'error' },
  },
  // A stub may leave for the learner what a variable is assigned.
  { files: [ANSWERS], rules: { '@typescript-eslint/no-unused-vars': 'off', 'prefer-const': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': ['error', ...ONLY],
    },
  },
  {
    files: ['lib/*/src/**/*.ts'],
    ignores: [ANSWERS],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver': { node: { extensions: ['.ts', '.js'] } },
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'rooms/direction': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/naming-convention': ['error', ...CONSTANTS],
    },
  },
);
