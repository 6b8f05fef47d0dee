/** Networks by name with their published weights; it is what `models` is to users, with everything of that room. */
export * from '../models';
export { classify, type Answer, type ClassifyOptions } from './classify';
export { evaluate, type Accuracy, type EvaluateOptions } from './evaluate';
export { type FetchOptions } from './fetch';
export { type Classifier } from './predict';
export {
  preprocess,
  type PictureInput,
  type PictureRecipe,
  type Preprocess,
  type PreprocessOptions,
} from './preprocess';
export { pretrained, weightsOf, type PretrainedOptions } from './pretrained';
