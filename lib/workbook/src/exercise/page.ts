import { exerciseName, type CheckRecord } from 'tslab-runner/ipynb';
import { escapeHtml, formatNumber, inlineToHtml, proseToHtml } from '../display';
import { rubricHits, type Judgement } from './judge';
import { LOOKS } from './looks';
import { explanationHtml } from './options';
import type { Definition, TextDefinition } from './types';

function pointsText({ earned, points }: CheckRecord): string {
  return `${formatNumber(earned, 3)} of ${formatNumber(points, 3)} ${points === 1 ? 'point' : 'points'}`;
}

/** Hints inside each other, so that they open one by one without asking the kernel. */
function hintsHtml(hints: readonly string[], at = 0): string {
  const hint = hints[at];
  if (hint === undefined) return '';
  const count = hints.length === 1 ? '' : ` ${at + 1} of ${hints.length}`;
  const inner = hintsHtml(hints, at + 1);
  return `<details style="margin:4px 0 0 8px"><summary>Hint${count}</summary>${proseToHtml(hint)}${inner}</details>`;
}

function differenceHtml({ diagnosis }: Judgement): string {
  if (diagnosis === undefined) return '';
  const lines: [string, string | undefined][] = [
    ['expected', diagnosis.expected],
    ['got', diagnosis.got],
    ['where', diagnosis.where],
    ['reason', diagnosis.reason],
  ];
  const cells = lines
    .filter((line): line is [string, string] => line[1] !== undefined)
    .map(([name, text]) => {
      const head = `<th scope="row" style="text-align:left;padding:1px 10px 1px 0">${name}</th>`;
      return `<tr>${head}<td style="text-align:left"><code>${escapeHtml(text)}</code></td></tr>`;
    });
  return `<table style="margin:4px 0">${cells.join('')}</table>`;
}

type Written = NonNullable<CheckRecord['written']>;

/** The rubric beside the learner's text: numbered, the lines ticked that its writer ticked. */
function rubricHtml(definition: TextDefinition, { text, ticks }: Written): string {
  const hits = rubricHits(definition, text);
  const lines = definition.rubric.map((line, at) => {
    const ticked = ticks.includes(at + 1);
    const maybe = hits[at] && !ticked ? ' <em>(your text seems to speak of it)</em>' : '';
    return `<li style="list-style:none">${ticked ? '☑' : '☐'} ${at + 1}. ${inlineToHtml(line)}${maybe}</li>`;
  });
  const cell = 'vertical-align:top;text-align:left;padding:4px 16px 4px 0;width:50%';
  const list = `<ul style="margin:0;padding:0">${lines.join('')}</ul>`;
  const row = `<td style="${cell}">${proseToHtml(text)}</td><td style="${cell}">${list}</td>`;
  const call = `<code>ex.${definition.id}.tick(1, 2);</code>`;
  const note = `<div>Tick what your text says: write ${call} with the right numbers below your text, and run both cells again.</div>`;
  const head = `<th style="${cell}">Your text</th><th style="${cell}">A good answer</th>`;
  return `<table style="width:100%"><tr>${head}</tr><tr>${row}</tr></table>${note}`;
}

/**
 * What a check shows below its cell.
 *
 * @param learner gives the name by which options are shuffled
 */
export function checkHtml(
  definition: Definition,
  judgement: Judgement,
  record: CheckRecord,
  learner: () => string,
): string {
  const look = LOOKS[judgement.status];
  // The words keep the page's own colour: none of these can be read on white and on black alike.
  const sign = `<span style="color:${look.colour}">${look.sign}</span>`;
  const verdict = `${sign} ${escapeHtml(exerciseName(definition.id, definition.title))}: ${look.words}`;
  const open = judgement.status === 'not-yet' || judgement.status === 'unanswered';
  const isChoice = definition.kind === 'choice';
  const parts = [
    `<div><strong>${verdict}</strong> &middot; ${pointsText(record)}</div>`,
    `<div>${inlineToHtml(judgement.message)}</div>`,
    isChoice ? '' : differenceHtml(judgement),
    isChoice && judgement.status === 'passed' ? explanationHtml(definition, learner()) : '',
    definition.kind === 'text' && record.written ? rubricHtml(definition, record.written) : '',
    open ? hintsHtml(definition.hints) : '',
  ];
  return `<div style="border-left:4px solid ${look.colour};padding:4px 12px">${parts.join('')}</div>`;
}

/** The same for terminals. */
export function checkText(definition: Definition, judgement: Judgement, record: CheckRecord): string {
  const { diagnosis } = judgement;
  const name = exerciseName(definition.id, definition.title);
  const lines = [`${name}: ${LOOKS[judgement.status].words} (${pointsText(record)}). ${judgement.message}`];
  if (definition.kind === 'choice') return lines[0];
  if (diagnosis?.expected !== undefined) lines.push(`  expected: ${diagnosis.expected}`);
  if (diagnosis?.got !== undefined) lines.push(`  got: ${diagnosis.got}`);
  if (diagnosis?.where !== undefined) lines.push(`  where: ${diagnosis.where}`);
  return lines.join('\n');
}
