import type { Module } from '../nn';

/** Convolutions mix neighbours, transformers mix by attention. */
export type ModelKind = 'convolutional' | 'transformer';

/** [height, width, channels] of one picture, or [tokens] of one text. */
export type InputShape = readonly number[];

/** What some families can be asked for beside the size of the last layer. */
export interface Choices {
  /** Whether the auxiliary classifiers, which training alone uses, are there. Default true, as torchvision builds them. */
  auxLogits: boolean;
  /**
   * Whether pictures normalised for ImageNet are mapped to [-1, 1] first, as weights that were trained with TensorFlow
   * expect; torchvision does so where it loads its own. Default false.
   */
  transformInput: boolean;
  /** Height and width that the network is built for, in pixels. Default: those of the published network. */
  imageSize: number;
  /** 1 for the first layers of checkpoints from before torchvision 0.4, which are as wide at every width. Default 2. */
  version: number;
}

/** What a family file says of its networks. */
export interface FamilyOptions<Name extends string, Settings, Net extends Module, Key extends keyof Choices = never> {
  name: string;
  kind: ModelKind;
  /** One row a network: the settings in which it differs from the others. */
  rows: Readonly<Record<Name, Settings>>;
  /** What the published network takes. */
  inputShape: InputShape | ((settings: Settings) => InputShape);
  /** Size of the last layer as published, 0 where that is no classifier. Default 1000. */
  numClasses?: number;
  /** What else the networks can be asked for, with its default, which may depend on the row. */
  choices?: Pick<Choices, Key> | ((settings: Settings) => Pick<Choices, Key>);
  build(settings: Settings, numClasses: number, choices: Pick<Choices, Key>): Net;
}

/** One network of a family, ready to be built. */
export interface ModelEntry<Name extends string = string, Net extends Module = Module> {
  readonly name: Name;
  readonly family: string;
  readonly kind: ModelKind;
  /** [height, width, channels] of a picture, or [tokens] of a text, that the published network takes. */
  readonly inputShape: InputShape;
  /** Size of the last layer as published, 0 where that is no classifier. */
  readonly numClasses: number;
  /** What else can be chosen, with its default. */
  readonly choices: Readonly<Partial<Choices>>;
  /** Builds the network; choices left out are the defaults. */
  readonly build: (numClasses: number, choices?: Partial<Choices>) => Net;
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
export function family<Name extends string, Settings, Net extends Module, Key extends keyof Choices = never>({
  name,
  kind,
  rows,
  inputShape,
  numClasses = 1000,
  choices,
  build,
}: FamilyOptions<Name, Settings, Net, Key>): Family<Name, Net> {
  const models = (Object.entries(rows) as Array<[Name, Settings]>).map(([model, settings]): ModelEntry<Name, Net> => {
    const defaults = (typeof choices === 'function' ? choices(settings) : (choices ?? {})) as Pick<Choices, Key>;
    return {
      name: model,
      family: name,
      kind,
      inputShape: typeof inputShape === 'function' ? inputShape(settings) : inputShape,
      numClasses,
      choices: defaults,
      build: (classes, chosen = {}) => build(settings, classes, { ...defaults, ...chosen }),
    };
  });
  return { name, models };
}
