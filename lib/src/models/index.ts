/** Published networks by their torchvision names, one file a family, and the table of their published figures. */
import './lenet';
import './resnet';
import './efficientnet';

export { create, describe, list, type ModelEntry, type ModelOptions } from './registry';
