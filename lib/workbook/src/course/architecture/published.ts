import * as models from 'scalable-inference/models';
import { compare, exercise, type Diagnosis } from '../../exercise';

const TOPIC = 'published models';
const [LOW, HIGH] = [20e6, 30e6];

const inRange = (params: number): boolean => params >= LOW && params <= HIGH;

/** Names of all published models of 20 to 30 million parameters, each once, sorted. */
function namesInRange(): string[] {
  return [
    ...new Set(
      models
        .table()
        .filter((row) => inRange(row.params))
        .map((row) => row.model),
    ),
  ].sort();
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
  title: 'Find the models of 20 to 30 million parameters',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt: `Which published models have **20 to 30 million parameters** (both limits included)? Give their names, each once.

\`models.table()\` gives the rows that the table above shows.`,
  hints: [
    'Rows have the fields `model` and `params`; `filter` keeps some rows, `map` takes a field.',
    'Some models come with two sets of weights, so their names come twice. `new Set(names)` keeps one of each; `[...set]` makes a list again.',
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
    'Choose one **EfficientNet**, one **ResNet** and one **transformer** of 20 to 30 million parameters. The rest of the notebook works with your choice. `models.list()` names the models that this library can build.',
  hints: [
    "The two first families carry their name in the model's name. Transformers here are called vit (Vision Transformer) and swin.",
    'EfficientNets in that range: efficientnet_v2_s and nothing from the older series. ResNets: resnet34, resnet50, resnext50_32x4d.',
  ],
  reference: () => ({ efficientnet: 'efficientnet_v2_s', resnet: 'resnet50', transformer: 'swin_t' }),
  check: checkChosen,
});
