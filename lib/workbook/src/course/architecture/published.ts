import * as models from 'scalable-inference/models';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'published networks';
const [LOW, HIGH] = [20e6, 30e6];

const inRange = (params: number): boolean => params >= LOW && params <= HIGH;

/** Names of all published models of 20 to 30 million parameters, each once, sorted. */
function namesInRange(): string[] {
  const rows = models.table().filter((row) => inRange(row.params));
  return [...new Set(rows.map((row) => row.model))].sort();
}

function checkNames(answer: unknown): Diagnosis | undefined {
  const expected = namesInRange();
  if (!Array.isArray(answer) || !answer.every((name) => typeof name === 'string')) return compare(answer, expected);
  const twice = answer.find((name, i) => answer.indexOf(name) !== i);
  if (twice)
    return {
      reason: 'twice',
      message: `'${twice}' is there twice: the table has a row for each set of weights.`,
      got: twice,
    };
  const outside = answer.find((name) => !expected.includes(name));
  if (outside)
    return { reason: 'range', message: `'${outside}' does not have 20 to 30 million parameters.`, got: outside };
  return compare([...answer].sort(), expected);
}

export const A1 = exercise<string[]>({
  id: 'A1',
  title: 'Find networks of 20 to 30 million parameters',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt: `Which published networks have **20 to 30 million parameters** (both limits included)? Give their names, each once.

\`models.table()\` gives the rows that the table above shows.`,
  hints: [
    'Rows have the fields `model` and `params`; `filter` keeps some rows, `map` takes a field.',
    'Some networks come with two sets of weights, so their names come twice. `new Set(names)` keeps one of each; `[...set]` makes a list again.',
  ],
  reference: namesInRange,
  check: checkNames,
});

/** One network of each kind, by its registered name. */
export interface Chosen {
  efficientnet: string;
  resnet: string;
  transformer: string;
}

const FITS: Readonly<Record<keyof Chosen, (name: string) => boolean>> = {
  efficientnet: (name) => models.describe(name).family.startsWith('efficientnet'),
  resnet: (name) => models.describe(name).family === 'resnet',
  transformer: (name) => models.describe(name).kind === 'transformer',
};

function checkChosen(answer: unknown): Diagnosis | undefined {
  const chosen = (answer ?? {}) as Partial<Record<keyof Chosen, unknown>>;
  for (const kind of Object.keys(FITS) as Array<keyof Chosen>) {
    const name = chosen[kind];
    if (typeof name !== 'string' || !models.list().includes(name)) {
      return {
        reason: 'name',
        message: `Expected the name of a registered model under '${kind}', got ${JSON.stringify(name)}.`,
        where: kind,
      };
    }
    if (!FITS[kind](name))
      return { reason: 'kind', message: `'${name}' is not what '${kind}' asks for.`, got: name, where: kind };
    const row = models.table().find(({ model }) => model === name);
    if (!row || !inRange(row.params)) {
      return {
        reason: 'size',
        message: `'${name}' has ${((row?.params ?? 0) / 1e6).toFixed(1)} million parameters, not 20 to 30.`,
        got: name,
        where: kind,
      };
    }
  }
  return undefined;
}

export const A2 = exercise<Chosen>({
  id: 'A2',
  title: 'Choose an EfficientNet, a ResNet and a transformer',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt:
    'Choose one **EfficientNet**, one **ResNet** and one **transformer** of 20 to 30 million parameters. The rest of the notebook works with your choice. `models.list()` names the networks that this library can build.',
  hints: [
    "The first two families carry their name in the model's name. Transformers here are called vit (Vision Transformer), swin and maxvit.",
    'EfficientNets in that range: efficientnet_v2_s and nothing from the older series. ResNets: resnet34, resnet50, resnext50_32x4d.',
  ],
  reference: () => ({ efficientnet: 'efficientnet_v2_s', resnet: 'resnet50', transformer: 'swin_t' }),
  check: checkChosen,
});

/** What is published of a network's best weights. */
export type Published = {
  /** Name of the set of weights. */
  weights: string;
  /** Top-1 on ImageNet's validation pictures, in percent. */
  accuracy: number;
  /** Height and width of the pictures behind `accuracy`, in pixels. */
  size: number;
  params: number;
};

/** Looks a network up in the published table; undefined where no set of weights fits. */
export type LookUp = (name: string) => Published | undefined;

export const lookUp: LookUp = (name) => {
  const [best] = models
    .table()
    .filter((row) => row.model === name && row.acc1 !== null && !row.weights.includes('SWAG'))
    .sort((a, b) => (b.acc1 ?? 0) - (a.acc1 ?? 0));
  if (best === undefined) return undefined;
  return { weights: best.weights, accuracy: best.acc1 ?? 0, size: best.cropSize ?? 0, params: best.params };
};

/** Two sets, one set of an own size, one beside SWAG, SWAG alone, no accuracy beside one, none. */
const LOOKED_UP = ['resnet50', 'efficientnet_v2_s', 'regnet_y_16gf', 'vit_h_14', 'vgg16', 'lenet'];

async function checkLookUp(answer: unknown): Promise<Diagnosis | undefined> {
  const found = await onCases(
    answer,
    LOOKED_UP.map((name) => ({ args: [name], expected: lookUp(name), name: `'${name}'` })),
  );
  const name = LOOKED_UP.find((each) => found?.where?.startsWith(`'${each}'`));
  if (found === undefined || name === undefined || typeof answer !== 'function') return found;
  const got = ((await (answer as LookUp)(name)) ?? {}) as Partial<Published>;
  const message = (text: string): string => `For '${name}': ${text}`;
  if (got.weights?.includes('SWAG'))
    return { ...found, reason: 'swag', message: message('weights named SWAG have seen other pictures than ImageNet.') };
  const known = models.table().find((row) => row.model === name && row.weights === got.weights);
  if (known !== undefined && (known.acc1 ?? 0) < (lookUp(name)?.accuracy ?? 0))
    return { ...found, reason: 'best', message: message('another of its sets of weights is more accurate.') };
  return found;
}

export const A3 = exercise<LookUp>({
  id: 'A3',
  title: 'Look up the best weights of a network',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Many networks are published with several sets of weights, and the accuracy of each was measured on pictures of **its own size** (\`cropSize\`). Write a function that gets a name and gives the most accurate set: its \`weights\`, \`accuracy\`, \`size\` and \`params\`.

Leave out rows without accuracy (\`acc1\` is \`null\`), and sets with \`SWAG\` in their name: those were first trained on billions of other pictures, which would not be a fair comparison. Where nothing is left, give \`undefined\`.`,
  hints: [
    'Filter `models.table()` by the name and both conditions, sort by `acc1` from the largest, take the first.',
    'The first entry of an empty list is `undefined`: look at it before you read its fields.',
  ],
  reference: () => lookUp,
  check: checkLookUp,
});
