import { exerciseName, type CheckRecord } from 'tslab-runner/ipynb';
import { escapeHtml, formatNumber, inlineToHtml, proseToHtml } from '../display';
import { rubricHits, type Judgement } from './judge';
import { LOOKS } from './looks';
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

function differenceHtml(judgement: Judgement): string {
  const { diagnosis } = judgement;
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

/** The rubric beside the learner's text, with the lines ticked that the key terms seem to find. */
function rubricHtml(definition: TextDefinition, text: string): string {
  const hits = rubricHits(definition, text);
  const lines = definition.rubric.map((line, at) => {
    const mark = hits[at] ? '☑ seems to be there:' : '☐ not found by its key words:';
    return `<li>${mark} ${inlineToHtml(line)}</li>`;
  });
  const cell = 'vertical-align:top;text-align:left;padding:4px 16px 4px 0;width:50%';
  const row = `<td style="${cell}">${proseToHtml(text)}</td><td style="${cell}"><ul>${lines.join('')}</ul></td>`;
  const call = `<code>await ex.${definition.id}.grade(${definition.points ?? 1});</code>`;
  const note = `<p>The key words only suggest. Read both and give yourself the points: ${call}</p>`;
  const head = `<th style="${cell}">Your text</th><th style="${cell}">A good answer</th>`;
  return `<table style="width:100%"><tr>${head}</tr><tr>${row}</tr></table>${note}`;
}

/** What a check shows below its cell. */
export function checkHtml(definition: Definition, judgement: Judgement, record: CheckRecord, answer: unknown): string {
  const look = LOOKS[judgement.status];
  const verdict = `${look.sign} ${escapeHtml(exerciseName(definition.id, definition.title))}: ${look.words}`;
  const head = `<div><strong style="color:${look.colour}">${verdict}</strong> &middot; ${pointsText(record)}</div>`;
  const rubric =
    definition.kind === 'text' && judgement.status === 'recorded' ? rubricHtml(definition, String(answer)) : '';
  const open = judgement.status === 'not-yet' || judgement.status === 'unanswered';
  const message = `<div>${inlineToHtml(judgement.message)}</div>`;
  const parts = [head, message, differenceHtml(judgement), rubric, open ? hintsHtml(definition.hints) : ''];
  return `<div style="border-left:4px solid ${look.colour};padding:4px 12px">${parts.join('')}</div>`;
}

/** The same for terminals. */
export function checkText(definition: Definition, judgement: Judgement, record: CheckRecord): string {
  const { diagnosis } = judgement;
  const lines = [
    `${exerciseName(definition.id, definition.title)}: ${LOOKS[judgement.status].words} (${pointsText(record)}). ${judgement.message}`,
  ];
  if (diagnosis?.expected !== undefined) lines.push(`  expected: ${diagnosis.expected}`);
  if (diagnosis?.got !== undefined) lines.push(`  got: ${diagnosis.got}`);
  if (diagnosis?.where !== undefined) lines.push(`  where: ${diagnosis.where}`);
  return lines.join('\n');
}
