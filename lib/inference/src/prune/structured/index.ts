/** Structured removal: smaller networks from pruned ones. */
export type { Group, Unit } from './groups';
export type { ChannelImportance } from './importance';
export type { ShrinkOptions } from './plan';
export { masked, plan, shrink, type CutGroup, type NetworkSize, type Shrunk, type UncutGroup } from './shrink';
