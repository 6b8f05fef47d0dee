/** Published networks by their torchvision names, one file a family, and the table of their published figures. */
import './lenet';
import './resnet';
import './efficientnet';
import './swin';
import './vit';
import './convnext';
import './mobilenet-v2';
import './mobilenet-v3';

export { create, describe, list, type ModelEntry, type ModelOptions } from './registry';
