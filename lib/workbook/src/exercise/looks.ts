import type { CheckStatus } from 'tslab-runner/ipynb';

/** How each status looks: in a check, and in the panel. */
export const LOOKS: Readonly<Record<CheckStatus, { sign: string; words: string; colour: string }>> = {
  passed: { sign: '✓', words: 'passed', colour: '#009E73' },
  'not-yet': { sign: '✗', words: 'not yet', colour: '#D55E00' },
  unanswered: { sign: '○', words: 'not answered', colour: '#767676' },
  recorded: { sign: '●', words: 'noted', colour: '#0072B2' },
};
