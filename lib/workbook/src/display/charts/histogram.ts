import { withAnnotations, type Annotation } from './annotations';
import { Chart, dataOf } from './chart';
import { checkChart, clean, escapeField, legend, position } from './encode';
import type { Channel, ChartSize, ChartText, Row } from './spec';

/** A histogram's field and bins. */
export interface HistogramOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  /** At most this many bins, at round numbers. @default 40 */
  readonly bins?: number;
  /** Width of a bin in the units of x, instead of `bins`. */
  readonly step?: number;
  /** Title of the counting axis, with its unit: `number of weights`. */
  readonly countTitle: string;
  /** Logarithmic counts: shows rare values. @default false */
  readonly logCount?: boolean;
  /** One transparent histogram for each value, over each other. */
  readonly color?: Channel<R>;
  readonly annotations?: readonly Annotation[];
}

/**
 * How often values occur, in bins of equal width.
 * @param rows one record a value
 */
export function histogram<R extends Row>(rows: readonly R[], options: HistogramOptions<R>): Chart {
  checkChart('histogram', rows, options);
  const x = position(rows, { ...(options.x as Channel), type: 'quantitative' }, 'histogram x');
  const bin = options.step === undefined ? { maxbins: options.bins ?? 40 } : { step: options.step };
  // A bar on a logarithmic axis has no zero to stand on: it stands on one half.
  const scale = options.logCount === true ? { type: 'log', domainMin: 0.5 } : undefined;
  const axis = options.logCount === true ? undefined : { tickMinStep: 1 };
  const color = options.color && legend(rows, options.color as Channel, 'histogram color');
  const count = clean({
    aggregate: 'count',
    type: 'quantitative',
    title: options.countTitle,
    scale,
    stack: null,
    axis,
  });
  const hover = [
    { field: escapeField(options.x.field), bin, type: 'quantitative', title: options.x.title },
    { aggregate: 'count', type: 'quantitative', title: options.countTitle },
  ];
  const mark = { type: 'bar', opacity: color ? 0.55 : 0.9, binSpacing: 0.5 };
  const base = options.logCount === true ? { y2: { datum: 0.5 } } : {};
  const view = { mark, encoding: clean({ x: { ...x, bin }, y: count, ...base, color, tooltip: hover }) };
  return new Chart(withAnnotations(view, dataOf(rows), options.annotations), options, options);
}
