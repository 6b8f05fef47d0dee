import type { Contestants, GpuSettings } from '../gpu';
import { formatTable } from '../table';
import { OWN_FORMS, TORCH_FORMS, type Form, type ForwardRequest, type Reply } from './requests';
import { beside } from './verdict';

/** Vision transformers take one size only. */
const sizeOf = (network: string, size: number): number => (network.startsWith('vit_') ? 224 : size);

type Times = Map<Form, number>;

interface Measured {
  network: string;
  times: { large: Times; one: Times };
  /** Seconds of XLA's first pass, and of the same in another process afterwards. */
  xlaStarts: [number, number];
  errors: Map<Form, number>;
}

/** Half precision is for large batches: one picture leaves the card idle either way. */
const isFloat32 = (form: Form): boolean => !form.endsWith('float16');

/** Asks, or says what went wrong and gives nothing. */
async function attempt(what: string, ask: () => Promise<Reply>): Promise<Reply> {
  try {
    return await ask();
  } catch (error) {
    console.log(`  ${what}: ${(error as Error).message}`);
    return {};
  }
}

function numbersOf({ values }: Reply): Float32Array | undefined {
  if (values === undefined) return undefined;
  const bytes = Buffer.from(values, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Distance of the norm; NaN where one side is missing. */
function distance(actual: Float32Array | undefined, expected: Float32Array | undefined): number {
  if (!actual || !expected) return NaN;
  let [apart, norm] = [0, 0];
  expected.forEach((value, i) => {
    apart += (actual[i] - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(apart / norm);
}

/** Lets both sides compile at the same time, then times their forms in turn. */
async function timeAll(
  { own, torch }: Contestants,
  base: Omit<ForwardRequest, 'what' | 'form'>,
  wanted: (form: Form) => boolean = () => true,
): Promise<{ times: Times; first: Map<Form, number> }> {
  const first = new Map<Form, number>();
  const prepare = async (side: typeof torch, forms: readonly Form[]): Promise<void> => {
    for (const form of side ? forms.filter(wanted) : []) {
      const what = `${base.network}, batch ${base.batch}, ${form}`;
      const reply = await attempt(what, () => (side as typeof own).ask<Reply>({ ...base, what: 'prepare', form }));
      if (reply.first !== undefined) first.set(form, reply.first);
    }
  };
  await Promise.all([prepare(own, OWN_FORMS), prepare(torch, TORCH_FORMS)]);
  const times: Times = new Map();
  for (const form of first.keys()) {
    const side = (OWN_FORMS as readonly Form[]).includes(form) ? own : (torch as typeof own);
    const { ms } = await attempt(`${base.network}, ${form}`, () => side.ask<Reply>({ ...base, what: 'time', form }));
    if (ms !== undefined) times.set(form, ms);
  }
  return { times, first };
}

async function measureErrors(
  { own, strict }: Contestants,
  base: Omit<ForwardRequest, 'what' | 'form'>,
  forms: readonly Form[],
): Promise<Map<Form, number>> {
  const ask = async (side: typeof own, form: Form): Promise<Float32Array | undefined> =>
    numbersOf(
      await attempt(`${base.network}, ${form}, result`, () => side.ask<Reply>({ ...base, what: 'result', form })),
    );
  const expected = await ask(strict, 'eager');
  const errors = new Map<Form, number>();
  for (const form of forms) errors.set(form, distance(await ask(own, form), expected));
  await attempt('strict float32', () => strict.ask<Reply>({ ...base, what: 'forget', form: 'eager' }));
  return errors;
}

async function measure(contestants: Contestants, network: string, settings: GpuSettings): Promise<Measured> {
  const { own, torch } = contestants;
  const base = { network, size: sizeOf(network, settings.size), repeats: settings.repeats };
  const large = await timeAll(contestants, { ...base, batch: settings.batch });
  const known = OWN_FORMS.filter((form) => large.times.has(form));
  const errors = await measureErrors(contestants, { ...base, batch: settings.batch }, known);
  const one = await timeAll(contestants, { ...base, batch: 1 }, isFloat32);
  own.stop(); // the next request meets a new process, with what XLA left on disk
  const again: Reply = large.first.has('xla')
    ? await attempt(`${network}, second start`, () =>
        own.ask<Reply>({ ...base, batch: settings.batch, what: 'prepare', form: 'xla' }),
      )
    : {};
  own.stop();
  if (torch) await attempt('PyTorch', () => torch.ask<Reply>({ what: 'forget' }));
  return {
    network,
    times: { large: large.times, one: one.times },
    xlaStarts: [large.first.get('xla') ?? NaN, again.first ?? NaN],
    errors,
  };
}

const ms = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(value < 10 ? 2 : 1));
const error = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : value.toExponential(1);
const seconds = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1));

const least = (times: Times, forms: readonly Form[]): number | undefined => {
  const known = forms.flatMap((form) => times.get(form) ?? []);
  return known.length > 0 ? Math.min(...known) : undefined;
};

function tablesOf(all: readonly Measured[], { batch }: GpuSettings): string {
  const forms = [...OWN_FORMS, ...TORCH_FORMS];
  const large = [
    ['network', ...forms, 'float32 / torch.compile', 'bound', 'float16 / torch', 'bound'],
    ...all.map(({ network, times: { large: times } }) => [
      network,
      ...forms.map((form) => ms(times.get(form))),
      ...beside(least(times, ['compiled', 'xla']), times.get('torch.compile') ?? times.get('torch'), 1),
      ...beside(times.get('xla float16'), times.get('torch float16'), 1),
    ]),
  ];
  const one = [
    ['network', ...forms.filter(isFloat32), 'float32 / torch', 'bound'],
    ...all.map(({ network, times: { one: times } }) => [
      network,
      ...forms.filter(isFloat32).map((form) => ms(times.get(form))),
      ...beside(least(times, ['compiled', 'xla']), times.get('torch'), 1),
    ]),
  ];
  const checks = [
    ['network', ...OWN_FORMS.map((form) => `${form}: error`), "XLA's first pass, s", 'in a second process, s'],
    ...all.map(({ network, errors, xlaStarts }) => [
      network,
      ...OWN_FORMS.map((form) => error(errors.get(form))),
      ...xlaStarts.map(seconds),
    ]),
  ];
  return [
    `\nms of a forward pass of ${batch} pictures that lie on the device, until the result is in memory\n`,
    formatTable(large),
    '\nms of a forward pass of one picture\n',
    formatTable(one),
    "\ndistance from strict float32 computed layer by layer, of the norm; XLA's time to compile\n",
    formatTable(checks),
  ].join('\n');
}

/** Forward passes of every network. The tables are printed anew after each network. */
export async function compareForward(contestants: Contestants, settings: GpuSettings): Promise<void> {
  const all: Measured[] = [];
  for (const network of settings.networks) {
    console.error(`measuring ${network}...`);
    all.push(await measure(contestants, network, settings));
    console.log(tablesOf(all, settings));
  }
}
