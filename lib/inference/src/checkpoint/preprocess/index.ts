export { preparedShape, preprocess } from './apply';
export { preprocessing, type Preprocessing } from './config';
export type { Filter } from './resample';
export type { FlexibleSize } from './size';
