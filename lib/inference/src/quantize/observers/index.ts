export { MinMaxObserver, MovingAverageMinMaxObserver, type Observer } from './min-max';
export { PerChannelMinMaxObserver, type PerChannelParameters } from './per-channel';
export { HistogramObserver } from './histogram';
export { EntropyObserver, PercentileObserver } from './statistics';
export { parametersFor, type ObserverOptions, type QuantizationParameters, type Scheme } from './parameters';
