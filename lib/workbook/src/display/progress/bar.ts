import { canUpdate, newDisplay, type DisplayHandle } from '../output';
import { progressHtml, progressText, type Pace, type ProgressState, type Snapshot } from './view';

const QUIET_MS = 1000;
const REDRAW_MS = 100;
const TERMINAL_LINE_MS = 5000;

/** What a progress bar says. */
export interface ProgressOptions {
  /** What is being done: `training`. */
  readonly label: string;
  /** Number of steps. @default the iterable's length or size; without one there is no share and no time left */
  readonly total?: number;
  /** What a step is, for the rate: `pictures`. @default 'steps' */
  readonly unit?: string;
  /** Drawn at once, so that it stands above what the work shows; else only for work of a second and more. @default false */
  readonly atOnce?: boolean;
}

/** A progress bar's contents, and how it goes on. */
export interface ProgressHandle {
  readonly state: ProgressState;
  readonly done: number;
  /** Counts `steps` more as done. @default 1 */
  advance(steps?: number): void;
  /**
   * Sets how many steps are done.
   *
   * @param pace how fast they go. Default: by this bar's own time
   * @param remark as {@link note}'s. Default: what it was
   */
  set(done: number, pace?: Pace, remark?: string): void;
  /** A remark beside the bar: `loss 0.31`. */
  note(text: string): void;
  /** Ends the bar as complete. */
  finish(): void;
  /** Ends the bar as broken off, with the reason. */
  fail(reason: string): void;
}

class Progress implements ProgressHandle {
  state: ProgressState = 'running';
  done = 0;
  private readonly startMs = performance.now();
  private lastDrawMs = -Infinity;
  private remark = '';
  private pace: Pace | undefined;
  private output: DisplayHandle | undefined;

  constructor(
    private readonly options: ProgressOptions,
    private readonly total: number | undefined,
  ) {
    if (options.atOnce === true) this.draw(false);
  }

  advance(steps = 1): void {
    this.set(this.done + steps);
  }

  set(done: number, pace?: Pace, remark = this.remark): void {
    this.done = done;
    this.pace = pace;
    this.remark = remark;
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
    const quiet = this.options.atOnce !== true && now - this.startMs < QUIET_MS;
    if (this.output === undefined && quiet && this.state !== 'failed') return;
    if (!last && now - this.lastDrawMs < (canUpdate() ? REDRAW_MS : TERMINAL_LINE_MS)) return;
    this.lastDrawMs = now;
    this.output ??= newDisplay();
    const snapshot = this.snapshot(now - this.startMs);
    this.output.show({ 'text/plain': progressText(snapshot), 'text/html': progressHtml(snapshot) });
  }

  private snapshot(elapsedMs: number): Snapshot {
    const { label, unit = 'steps' } = this.options;
    const { total, done, state, remark, pace } = this;
    return { label, unit, total, done, elapsedMs, state, remark, pace };
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

/** Why a bar was broken off. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
