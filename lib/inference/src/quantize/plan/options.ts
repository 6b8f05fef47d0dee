import {
  EntropyObserver,
  HistogramObserver,
  MinMaxObserver,
  MovingAverageMinMaxObserver,
  PercentileObserver,
  type Observer,
  type ObserverOptions,
} from '../observers';
import { weightRange, type WeightOptions } from '../numbers';
import { integer, oneOf } from '../../check';
import type { InputShapes } from '../../graph';

/** How the range of an activation is chosen from what calibration shows. */
export type ObserverName = 'minmax' | 'movingAverage' | 'histogram' | 'percentile' | 'entropy';

/** How activations become integers. */
export interface ActivationOptions {
  /** Default 'histogram'. */
  observer?: ObserverName;
  /** Default 'quint8', the faster one on x86 processors. */
  dtype?: 'quint8' | 'qint8';
  /** Bits of an integer, 2 to 8. Default 8. */
  bits?: number;
  /** Settings of the percentile observer: share of values inside the range, in percent. Default 99.99. */
  percentile?: number;
}

/**
 * `static`: weights and activations are integers, ranges come from calibration.
 * `dynamic`: as static for dense layers alone, but the range of each input is taken when it comes: no calibration.
 * `weight-only`: integers in the file and in memory, products in float.
 */
export type Mode = 'static' | 'dynamic' | 'weight-only';

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /**
   * Shape of one input, [1, height, width, channels], or a list of those of several. Default: that of the first
   * calibration batch.
   */
  inputShape?: InputShapes;
  /** Default 'static'. */
  mode?: Mode;
  activations?: ActivationOptions;
  /** `groupSize` is for weight-only: one scale for so many inputs of an output channel. */
  weights?: WeightOptions & { groupSize?: number };
  /** Paths of layers (`layer4.2.conv3`), or operations (`add`), to leave in float. */
  keepFloat?: readonly string[];
}

/** Options with all defaults filled in. */
export interface Settings {
  mode: Mode;
  activations: Required<ActivationOptions>;
  weights: Required<WeightOptions> & { groupSize: number | null };
  keepFloat: readonly string[];
}

const MODES: readonly Mode[] = ['static', 'dynamic', 'weight-only'];
const OBSERVERS: readonly ObserverName[] = ['minmax', 'movingAverage', 'histogram', 'percentile', 'entropy'];

/** Fills in defaults. @throws for unknown names and sizes out of range */
export function readSettings({
  mode = 'static',
  activations = {},
  weights = {},
  keepFloat = [],
}: PrepareOptions): Settings {
  const { observer = 'histogram', dtype = 'quint8', bits = 8, percentile = 99.99 } = activations;
  const { groupSize = null, perChannel = true, reduceRange = false } = weights;
  oneOf('mode', mode, MODES);
  oneOf('activations.observer', observer, OBSERVERS);
  oneOf('activations.dtype', dtype, ['quint8', 'qint8']);
  integer('activations.bits', bits, { min: 2, max: 8 });
  weightRange(weights);
  if (groupSize !== null) integer('weights.groupSize', groupSize, { min: 1 });
  if (groupSize !== null && mode !== 'weight-only')
    throw new Error(
      'Groups of weights have scales of their own, which integer products cannot take: use mode ' +
        `'weight-only', got '${mode}'.`,
    );
  return {
    mode,
    keepFloat,
    activations: { observer, dtype, bits, percentile },
    weights: { perChannel, bits: weights.bits ?? 8, reduceRange, groupSize },
  };
}

/** A new observer as the options ask for it. */
export function createObserver({ observer, dtype, percentile }: Required<ActivationOptions>): Observer {
  const options: ObserverOptions = { dtype, scheme: 'affine' };
  switch (observer) {
    case 'minmax':
      return new MinMaxObserver(options);
    case 'movingAverage':
      return new MovingAverageMinMaxObserver(options);
    case 'histogram':
      return new HistogramObserver(options);
    case 'percentile':
      return new PercentileObserver({ ...options, percentile });
    case 'entropy':
      return new EntropyObserver(options);
  }
}
