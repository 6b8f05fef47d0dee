/** Counting, timing and predicting what a network costs. */
export * from './complexity';
export * from './timing';
export * from './roofline';
export { correlation, rankCorrelation } from './correlation';
