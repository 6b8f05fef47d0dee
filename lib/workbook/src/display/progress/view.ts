import { escapeHtml } from '../html';
import { formatDuration, formatNumber } from '../numbers';

export type ProgressState = 'running' | 'finished' | 'failed';

const PLAIN_WIDTH = 24;

/** How fast a work goes, as whoever does it measures it. */
export interface Pace {
  /** NaN while it is not known. */
  readonly perSecond: number;
  /** NaN while it is not known. */
  readonly secondsLeft: number;
}

/** A bar at one moment. */
export interface Snapshot {
  readonly label: string;
  readonly unit: string;
  readonly total: number | undefined;
  readonly done: number;
  readonly elapsedMs: number;
  readonly state: ProgressState;
  readonly remark: string;
  /** Default: by what was done since the bar began. */
  readonly pace?: Pace | undefined;
}

function paceOf({ done, total, elapsedMs, pace }: Snapshot): Pace {
  if (pace) return pace;
  if (done === 0) return { perSecond: NaN, secondsLeft: NaN };
  const perSecond = (done / Math.max(elapsedMs, 1)) * 1000;
  return { perSecond, secondsLeft: Math.max((total ?? NaN) - done, 0) / perSecond };
}

function rateText(snapshot: Snapshot): string {
  const { perSecond } = paceOf(snapshot);
  if (Number.isNaN(perSecond)) return '';
  if (perSecond >= 1) return `${formatNumber(perSecond, 3)} ${snapshot.unit}/s`;
  return `${formatDuration(1000 / perSecond)} per ${snapshot.unit.replace(/s$/, '')}`;
}

function timeText(snapshot: Snapshot): string {
  if (snapshot.state !== 'running') return `${snapshot.state} after ${formatDuration(snapshot.elapsedMs)}`;
  const { secondsLeft } = paceOf(snapshot);
  if (Number.isNaN(secondsLeft)) return `${formatDuration(snapshot.elapsedMs)} so far`;
  return `${formatDuration(1000 * secondsLeft)} left`;
}

function countText({ done, total }: Snapshot): string {
  return total === undefined ? formatNumber(done) : `${formatNumber(done)} of ${formatNumber(total)}`;
}

function shareOf({ done, total, state }: Snapshot): number {
  if (total === undefined || total === 0) return state === 'finished' ? 1 : 0;
  return Math.min(done / total, 1);
}

/** The bar in one line of text. */
export function progressText(snapshot: Snapshot): string {
  const filled = Math.round(shareOf(snapshot) * PLAIN_WIDTH);
  const bar = snapshot.total === undefined ? '' : ` [${'#'.repeat(filled)}${'.'.repeat(PLAIN_WIDTH - filled)}]`;
  const parts = [countText(snapshot), rateText(snapshot), timeText(snapshot), snapshot.remark];
  return `${snapshot.label}${bar} ${parts.filter((part) => part !== '').join(', ')}`;
}

const COLOURS: Readonly<Record<ProgressState, string>> = { running: '#0072B2', finished: '#009E73', failed: '#D55E00' };

/** The bar for the page; its words carry the state too, so that colour is not needed. */
export function progressHtml(snapshot: Snapshot): string {
  const percent = (shareOf(snapshot) * 100).toFixed(1);
  const parts = [countText(snapshot), rateText(snapshot), timeText(snapshot), snapshot.remark];
  const words = parts
    .filter((part) => part !== '')
    .map(escapeHtml)
    .join(' &middot; ');
  const track = 'display:inline-block;width:240px;height:10px;background-color:#dddddd;border-radius:5px;margin:0 10px';
  const fill = `width:${percent}%;height:10px;background-color:${COLOURS[snapshot.state]};border-radius:5px`;
  const bar = snapshot.total === undefined ? '' : `<div style="${track}"><div style="${fill}"></div></div>`;
  return `<div><strong>${escapeHtml(snapshot.label)}</strong> ${bar}<span>${words}</span></div>`;
}
