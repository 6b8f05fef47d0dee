/** Any JSON object: specifications for drawing programs are data, checked by their compilers. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** One record of the data to draw: plain values by field name. */
export type Row = Readonly<Record<string, unknown>>;

/** What every chart must say in words. */
export interface ChartText {
  /** What is shown, e.g. `Accuracy against time`. */
  readonly title: string;
  /** The sentence that says what to see in it. */
  readonly caption: string;
}

/** The drawing area. */
export interface ChartSize {
  /** Width of the plot in pixels. @default 600 */
  readonly width?: number;
  /** Height of the plot in pixels. @default 360 */
  readonly height?: number;
}

export type FieldType = 'quantitative' | 'nominal' | 'ordinal' | 'temporal';

/** A field of the rows on an axis or in a legend. */
export interface Channel<R extends Row = Row> {
  readonly field: keyof R & string;
  /** What the reader sees, with its unit in parentheses: `time (ms)`. */
  readonly title: string;
  /** @default from the first value: numbers quantitative, dates temporal, others nominal */
  readonly type?: FieldType;
  /** `log` needs values above zero. @default 'linear' */
  readonly scale?: 'linear' | 'log' | 'sqrt' | 'symlog';
  /** First and last value of the axis, or the categories in their order. */
  readonly domain?: readonly (number | string)[];
  /** Whether the axis must begin at zero. @default true for bars, false for points and lines */
  readonly zero?: boolean;
  /** d3 number format of labels and hover text, e.g. `.1%` or `,.0f`. */
  readonly format?: string;
  /** Order of categories: as the rows come, by own value, by the other axis, or a given list. @default 'rows' */
  readonly sort?: 'rows' | 'ascending' | 'descending' | 'x' | '-x' | 'y' | '-y' | readonly string[];
}
