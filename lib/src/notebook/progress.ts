import { canUpdate, newDisplay, type DisplayHandle } from './display';
import { escapeHtml } from './html';
import { formatDuration, formatNumber } from './numbers';

const QUIET_MS = 1000;
const REDRAW_MS = 100;
const TERMINAL_LINE_MS = 5000;
const PLAIN_WIDTH = 24;

/** What a progress bar says. */
export interface ProgressOptions {
  /** What is being done: `training`. */
  readonly label: string;
  /** Number of steps. @default the iterable's length or size; without one there is no share and no time left */
  readonly total?: number;
  /** What a step is, for the rate: `pictures`. @default 'steps' */
  readonly unit?: string;
}

export type ProgressState = 'running' | 'finished' | 'failed';

/** A progress bar's contents, and how it goes on. */
export interface ProgressHandle {
  readonly state: ProgressState;
  readonly done: number;
  /** Counts `steps` more as done. @default 1 */
  advance(steps?: number): void;
  /** Sets how many steps are done. */
  set(done: number): void;
  /** A remark beside the bar: `loss 0.31`. */
  note(text: string): void;
  /** Ends the bar as complete. */
  finish(): void;
  /** Ends the bar as broken off, with the reason. */
  fail(reason: string): void;
}

interface Snapshot {
  readonly label: string;
  readonly unit: string;
  readonly total: number | undefined;
  readonly done: number;
  readonly elapsedMs: number;
  readonly state: ProgressState;
  readonly remark: string;
}

function rateText(snapshot: Snapshot): string {
  const perSecond = (snapshot.done / Math.max(snapshot.elapsedMs, 1)) * 1000;
  if (snapshot.done === 0) return '';
  if (perSecond >= 1) return `${formatNumber(perSecond, 3)} ${snapshot.unit}/s`;
  return `${formatDuration(snapshot.elapsedMs / snapshot.done)} per ${snapshot.unit.replace(/s$/, '')}`;
}

function timeText(snapshot: Snapshot): string {
  if (snapshot.state !== 'running') return `${snapshot.state} after ${formatDuration(snapshot.elapsedMs)}`;
  if (snapshot.total === undefined || snapshot.done === 0) return `${formatDuration(snapshot.elapsedMs)} so far`;
  const leftMs = (snapshot.elapsedMs / snapshot.done) * Math.max(snapshot.total - snapshot.done, 0);
  return `${formatDuration(leftMs)} left`;
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
  const words = parts.filter((part) => part !== '').map(escapeHtml).join(' &middot; ');
  const track = 'display:inline-block;width:240px;height:10px;background-color:#dddddd;border-radius:5px;margin:0 10px';
  const fill = `width:${percent}%;height:10px;background-color:${COLOURS[snapshot.state]};border-radius:5px`;
  const bar = snapshot.total === undefined ? '' : `<div style="${track}"><div style="${fill}"></div></div>`;
  return `<div><strong>${escapeHtml(snapshot.label)}</strong> ${bar}<span>${words}</span></div>`;
}

class Progress implements ProgressHandle {
  state: ProgressState = 'running';
  done = 0;
  private readonly startMs = performance.now();
  private lastDrawMs = 0;
  private remark = '';
  private output: DisplayHandle | undefined;

  constructor(
    private readonly options: ProgressOptions,
    private readonly total: number | undefined,
  ) {}

  advance(steps = 1): void {
    this.set(this.done + steps);
  }

  set(done: number): void {
    this.done = done;
    this.draw(false);
  }

  note(text: string): void {
    this.remark = text;
    this.draw(false);
  }

  finish(): void {
    this.end('finished');
  }

  fail(reason: string): void {
    this.remark = reason;
    this.end('failed');
  }

  private end(state: ProgressState): void {
    if (this.state !== 'running') return;
    this.state = state;
    this.draw(true);
  }

  /** Nothing for work under a second, then at most ten times a second on a page and one line in five on a terminal. */
  private draw(last: boolean): void {
    const now = performance.now();
    if (this.output === undefined && now - this.startMs < QUIET_MS && this.state !== 'failed') return;
    if (!last && now - this.lastDrawMs < (canUpdate() ? REDRAW_MS : TERMINAL_LINE_MS)) return;
    this.lastDrawMs = now;
    this.output ??= newDisplay();
    const snapshot = this.snapshot(now - this.startMs);
    this.output.show({ 'text/plain': progressText(snapshot), 'text/html': progressHtml(snapshot) });
  }

  private snapshot(elapsedMs: number): Snapshot {
    const { label, unit = 'steps' } = this.options;
    return { label, unit, total: this.total, done: this.done, elapsedMs, state: this.state, remark: this.remark };
  }
}

/** Starts a progress bar that is moved by hand; call `finish` or `fail` at the end. */
export function startProgress(options: ProgressOptions): ProgressHandle {
  const { total } = options;
  if (total !== undefined && !(Number.isFinite(total) && total >= 0)) {
    throw new Error(`progress '${options.label}': expected a total of zero or more steps, got ${String(total)}.`);
  }
  return new Progress(options, total);
}

function lengthOf(source: object): number | undefined {
  const { length, size } = source as { length?: unknown; size?: unknown };
  if (typeof length === 'number') return length;
  return typeof size === 'number' ? size : undefined;
}

function open(source: object, options: ProgressOptions): ProgressHandle {
  const total = options.total ?? lengthOf(source);
  return startProgress(total === undefined ? options : { ...options, total });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function* loop<T>(source: Iterable<T>, bar: ProgressHandle): Generator<T, void> {
  try {
    for (const item of source) {
      yield item;
      bar.advance();
    }
    bar.finish();
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  } finally {
    // A `break` or an exception in the loop's body ends the generator here.
    if (bar.state === 'running') bar.fail('left early');
  }
}

async function* asyncLoop<T>(source: AsyncIterable<T>, bar: ProgressHandle): AsyncGenerator<T, void> {
  try {
    for await (const item of source) {
      yield item;
      bar.advance();
    }
    bar.finish();
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  } finally {
    if (bar.state === 'running') bar.fail('left early');
  }
}

/**
 * Goes through an iterable and shows a bar with rate and time left: nothing for loops under a second, updated in place
 * in a notebook, a line every five seconds on a terminal. The loop's body may await.
 *
 * @example for (const batch of progress(batches, { label: 'training' })) await step(batch);
 */
export function progress<T>(source: Iterable<T>, options: ProgressOptions): Generator<T, void>;
export function progress<T>(source: AsyncIterable<T>, options: ProgressOptions): AsyncGenerator<T, void>;
export function progress<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions,
): Generator<T, void> | AsyncGenerator<T, void> {
  const bar = open(source, options);
  return Symbol.asyncIterator in source ? asyncLoop(source, bar) : loop(source, bar);
}

/** Runs `body` under a bar that ends as finished when it returns and as failed when it throws. */
export async function withProgress<T>(
  options: ProgressOptions,
  body: (bar: ProgressHandle) => Promise<T> | T,
): Promise<T> {
  const bar = startProgress(options);
  try {
    const result = await body(bar);
    bar.finish();
    return result;
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  }
}
