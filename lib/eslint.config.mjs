// The rules of `npm run lint`: few, each one about something that has gone wrong before.
import tseslint from 'typescript-eslint';
import { rooms } from './setup/lint-rooms.mjs';

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.venv/**', '.cache/**', '**/out/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'warn' } },
  {
    files: ['lib/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.mjs', 'test/**/*.ts'],
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-empty': 'error',
      'no-debugger': 'error',
      'max-lines': ['warn', { max: 200, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.mjs'],
    rules: { 'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'context', 'suite', 'test'].map((object) => ({
          object,
          property: 'only',
          message: 'It would leave the other tests out.',
        })),
      ],
    },
  },
  { files: ['lib/*/src/**/*.ts'], plugins: { rooms }, rules: { 'rooms/direction': 'error' } },
);
