import { exerciseName } from 'tslab-runner/ipynb';
import { escapeHtml, formatNumber, type MimeBundle } from '../display';
import { LOOKS } from './looks';
import type { Entry } from './store';

/** An exercise in the panel: what it is worth, and what is known of it. */
export interface PanelItem {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  readonly points: number;
  readonly optional: boolean;
  readonly entry: Entry | undefined;
}

interface Sums {
  readonly name: string;
  readonly count: number;
  readonly answered: number;
  readonly passed: number;
  readonly points: number;
  readonly earned: number;
}

function sums(name: string, items: readonly PanelItem[]): Sums {
  const done = items.filter(({ entry }) => entry !== undefined && entry.status !== 'unanswered');
  const good = done.filter(({ entry }) => entry?.status === 'passed' || entry?.status === 'recorded');
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    name,
    count: items.length,
    answered: done.length,
    passed: good.length,
    points: total(items.map((item) => item.points)),
    earned: total(done.map(({ entry }) => entry?.earned ?? 0)),
  };
}

function rowHtml(row: Sums, tag: 'td' | 'th'): string {
  const right = 'text-align:right;padding:2px 12px';
  const numbers = [row.answered, row.passed].map(
    (value) => `<${tag} style="${right}">${value} of ${row.count}</${tag}>`,
  );
  const points = `<${tag} style="${right}">${formatNumber(row.earned, 3)} of ${formatNumber(row.points, 3)}</${tag}>`;
  const name = `<${tag} style="text-align:left;padding:2px 12px">${escapeHtml(row.name)}</${tag}>`;
  return `<tr>${name}${numbers.join('')}${points}</tr>`;
}

/** Every exercise with its title, to be opened: which one is still to do. */
function listHtml(items: readonly PanelItem[]): string {
  const left = 'text-align:left;padding:2px 12px';
  const rows = items.map(({ id, title, points, optional, entry }) => {
    const name = `${exerciseName(id, title)}${optional ? ' (optional)' : ''}`;
    const { sign, words } = LOOKS[entry?.status ?? 'unanswered'];
    const earned = `${formatNumber(entry?.earned ?? 0, 3)} of ${formatNumber(points, 3)}`;
    const state = `<td style="${left}">${sign} ${words}</td><td style="text-align:right;padding:2px 12px">${earned}</td>`;
    return `<tr><td style="${left}">${escapeHtml(name)}</td>${state}</tr>`;
  });
  return `<details><summary>Exercise by exercise</summary><table>${rows.join('')}</table></details>`;
}

/** The progress panel: answered, passed (or noted) and points, by topic and in all. */
export function panelBundle(title: string, items: readonly PanelItem[]): MimeBundle {
  const topics = [...new Set(items.filter((item) => !item.optional).map((item) => item.topic))];
  const ofTopic = (topic: string): PanelItem[] => items.filter((item) => !item.optional && item.topic === topic);
  const rows = topics.map((topic) => sums(topic, ofTopic(topic)));
  const all = sums(
    'in all',
    items.filter((item) => !item.optional),
  );
  const further = items.filter((item) => item.optional);
  const apart = further.length === 0 ? [] : [sums('optional, counted apart', further)];
  const right = 'text-align:right;padding:2px 12px';
  const head = ['answered', 'passed or noted', 'points'].map((name) => `<th style="${right}">${name}</th>`).join('');
  const body =
    rows.map((row) => rowHtml(row, 'td')).join('') +
    rowHtml(all, 'th') +
    apart.map((row) => rowHtml(row, 'td')).join('');
  const table = `<table><tr><th></th>${head}</tr>${body}</table>`;
  const html = `<div><strong>Progress: ${escapeHtml(title)}</strong>${table}${listHtml(items)}</div>`;
  const earned = `${formatNumber(all.earned, 3)} of ${formatNumber(all.points, 3)} points`;
  const counts = `${all.answered} of ${all.count} answered, ${all.passed} passed or noted`;
  const plain = `Progress: ${title}: ${counts}, ${earned}`;
  return { 'text/plain': plain, 'text/html': html };
}
