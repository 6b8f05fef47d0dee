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

const EXPORT_BY_NAME = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };

const READ_JSON = {
  selector: "CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
  message:
    'Read JSON with readJsonFile or parseJson of files/json.ts: they name the file and check what it holds. ' +
    'Code that parses what is no file belongs in the list in lib/eslint.config.mjs.',
};

/** The readers themselves, and code that parses what is no file of JSON: messages of processes and servers, copies. */
const MAY_PARSE_JSON = [
  'lib/{inference,runner}/src/files/json.ts',
  // Readers with sentences of their own: headers of safetensors, notebooks, parameters of a command line.
  ...['lib/inference/src/checkpoint/{header,duplicate-key}.ts', 'lib/runner/src/ipynb/{read,parameters}.ts'],
  ...['lib/jobs/src/queue/{protocol,collect}.ts', 'lib/runner/src/server/warm/{launcher,request}.ts'],
  ...['lib/runner/src/server/{hub/progress,remote/reach}.ts', 'lib/runner/src/judge/kernel.ts'],
  'lib/runner/src/run/before.ts',
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
      'no-restricted-syntax': ['error', EXPORT_BY_NAME],
    },
  },
  {
    files: ['lib/*/src/**/*.ts'],
    ignores: MAY_PARSE_JSON,
    rules: { 'no-restricted-syntax': ['error', EXPORT_BY_NAME, READ_JSON] },
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
