import type { Module } from '../nn';

/** Convolutions mix neighbours, transformers mix by attention. */
export type ModelKind = 'convolutional' | 'transformer';

/** [height, width, channels] of one picture. */
export type InputShape = readonly [height: number, width: number, channels: number];

/** What a family file says of its networks. */
export interface FamilyOptions<Name extends string, Settings, Net extends Module> {
  name: string;
  kind: ModelKind;
  /** One row a network: the settings in which it differs from the others. */
  rows: Readonly<Record<Name, Settings>>;
  /** What the published network takes. */
  inputShape: InputShape | ((settings: Settings) => InputShape);
  /** Size of the last layer as published. Default 1000. */
  numClasses?: number;
  build(settings: Settings, numClasses: number): Net;
}

/** One network of a family, ready to be built. */
export interface ModelEntry<Name extends string = string, Net extends Module = Module> {
  readonly name: Name;
  readonly family: string;
  readonly kind: ModelKind;
  /** [height, width, channels] that the published network takes. */
  readonly inputShape: InputShape;
  /** Size of the last layer as published. */
  readonly numClasses: number;
  readonly build: (numClasses: number) => Net;
}

/** Networks that one constructor builds from a table of settings. */
export interface Family<Name extends string = string, Net extends Module = Module> {
  readonly name: string;
  readonly models: ReadonlyArray<ModelEntry<Name, Net>>;
}

/**
 * Declares a family: its table of networks and how one of them is built. The library's own stand in one list
 * (`families/index.ts`); `models.register` adds others.
 */
export function family<Name extends string, Settings, Net extends Module>({
  name,
  kind,
  rows,
  inputShape,
  numClasses = 1000,
  build,
}: FamilyOptions<Name, Settings, Net>): Family<Name, Net> {
  const models = (Object.entries(rows) as Array<[Name, Settings]>).map(([model, settings]) => ({
    name: model,
    family: name,
    kind,
    inputShape: typeof inputShape === 'function' ? inputShape(settings) : inputShape,
    numClasses,
    build: (classes: number) => build(settings, classes),
  }));
  return { name, models };
}
