import { type CheckRecord } from '../ipynb';
import { plainText } from '../report';
import { type Grade } from './types';

/** Most characters of a text in a table: spreadsheets cut a cell at 32,767. */
const LONGEST_TEXT = 30_000;

/** What a table says of a text, which earns what its reader gives: ticks are its writer's own opinion. */
export function toRead({
  text,
  rubric,
  ticks,
}: NonNullable<CheckRecord['written']>): Pick<Grade, 'reason' | 'text' | 'rubric'> {
  const own = ticks.length === 0 ? 'no line' : `${ticks.length === 1 ? 'line' : 'lines'} ${ticks.join(', ')}`;
  const shown = plainText(text);
  return {
    reason: `to be read; its writer ticked ${own} of ${rubric.length}`,
    text: shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT)} ... (cut)` : shown,
    rubric: rubric.map((line, at) => `[${ticks.includes(at + 1) ? 'x' : ' '}] ${at + 1}. ${line}`).join('\n'),
  };
}
