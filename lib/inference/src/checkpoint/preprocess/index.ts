export { preparedShape, preprocess, preprocessor, type Preprocessor } from './apply';
export { preprocessing, type Preprocessing } from './config';
export type { Arithmetic, Filter } from './filters';
export { resample, type ResampleOptions } from './resample';
export { byShortestEdge, type FlexibleSize } from './size';
