export { kind as logits, type LabelledPictures, type LogitsRequest } from './logits';
export { engineIdentity, openNetwork, openPictures, type NetworkRequest, type PicturesRequest } from './material';
