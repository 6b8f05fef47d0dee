export { kind as floor, type FloorRequest } from './floor';
export { searchFloor, type FloorSearchOptions, type FoundFloor } from './floor-search';
export { logitsFolders, type Trained, type Training, type TrainingsRequest } from './lesson';
export { kind as logits, type LabelledPictures, type LogitsRequest } from './logits';
export { engineIdentity, openNetwork, openPictures, type NetworkRequest, type PicturesRequest } from './material';
export { type ScoredRequest } from './scoring';
export { kind as sensitivity, type SensitivityRequest } from './sensitivity';
export { kind as survey, type SurveyCounts, type SurveyRequest, type SurveyRow, type SurveyTime } from './survey';
export { kind as trainings } from './trainings';
