/** A network's published speed. */
export interface PublishedSpeed {
  readonly name: string;
  readonly kind: 'convolutional' | 'transformer';
  /** Millions of parameters. */
  readonly params: number;
  /** Pictures of 224x224 a second. */
  readonly throughput: number;
}

type Line = readonly [name: string, params: number, throughput: number];

/**
 * From `results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090.csv` of huggingface/pytorch-image-models at commit
 * 36d930ffc9437bfc7bd9a2e8b7111ef24bdbf49e (Apache-2.0): an RTX 3090, mixed precision, batches of 1024 (some of the
 * largest 768), pictures of 224x224. All members that it measured at that size of the families below, by their plain
 * names (no variants of training or of the stem).
 */
const CONVOLUTIONAL: readonly Line[] = [
  ['mobilenetv3_small_100', 2.54, 38516.23],
  ['mobilenetv2_100', 3.5, 9654.78],
  ['mobilenetv3_large_100', 5.48, 13322.79],
  ['efficientnet_b0', 5.29, 8085.72],
  ['efficientnet_b1', 7.79, 5671.54],
  ['densenet121', 7.98, 2967.84],
  ['densenet169', 14.15, 2463.83],
  ['densenet201', 20.01, 1895.14],
  ['densenet161', 28.68, 1384.23],
  ['resnet18', 11.69, 11101.69],
  ['resnet34', 21.8, 6504.25],
  ['resnet50', 25.56, 3687.18],
  ['resnet101', 44.55, 2263.99],
  ['resnet152', 60.19, 1589.58],
  ['resnext50_32x4d', 25.03, 3099.2],
  ['resnext101_32x4d', 44.18, 1923.83],
  ['resnext101_64x4d', 83.46, 1196.17],
  ['resnext101_32x8d', 88.79, 1188.06],
  ['wide_resnet50_2', 68.88, 2081.66],
  ['wide_resnet101_2', 126.89, 1172.43],
  ['regnety_002', 3.16, 22248.91],
  ['regnety_004', 4.34, 12651.55],
  ['regnety_006', 6.06, 11675.48],
  ['regnety_008', 6.26, 9643.2],
  ['regnety_016', 11.2, 3567.37],
  ['regnety_032', 19.44, 2483.68],
  ['regnety_040', 20.65, 3565.62],
  ['regnety_064', 30.58, 632.1],
  ['regnety_080', 39.18, 1407.5],
  ['regnety_120', 51.82, 444.03],
  ['regnety_160', 83.59, 417.09],
  ['regnety_320', 145.05, 403.27],
  ['convnext_tiny', 28.59, 3015.62],
  ['convnext_small', 50.22, 1838.66],
  ['convnext_base', 88.59, 1268.86],
  ['convnext_large', 197.77, 690.43],
  ['vgg13', 133.05, 2159.6],
  ['vgg16', 138.36, 1730.88],
  ['vgg19', 143.67, 1441.93],
];

const TRANSFORMERS: readonly Line[] = [
  ['vit_tiny_patch16_224', 5.72, 11342.82],
  ['vit_small_patch16_224', 22.05, 4614.32],
  ['vit_base_patch16_224', 86.57, 1574.94],
  ['vit_large_patch16_224', 304.33, 489.19],
  ['vit_small_patch32_224', 22.88, 16428.86],
  ['vit_base_patch32_224', 88.22, 5866.04],
  ['vit_large_patch32_224', 305.51, 1882.39],
  ['swin_tiny_patch4_window7_224', 28.29, 1951.67],
  ['swin_small_patch4_window7_224', 49.61, 1206.81],
  ['swin_base_patch4_window7_224', 87.77, 857.23],
  ['swin_large_patch4_window7_224', 196.53, 494.53],
  ['pvt_v2_b0', 3.67, 6254.52],
  ['pvt_v2_b1', 14.01, 3571.19],
  ['pvt_v2_b2', 25.36, 2119.72],
  ['pvt_v2_b3', 45.24, 1527.57],
  ['pvt_v2_b4', 62.56, 1107.81],
  ['pvt_v2_b5', 81.96, 1073.94],
  ['twins_svt_small', 24.06, 2696.15],
  ['twins_svt_base', 56.07, 1261.93],
  ['twins_svt_large', 99.27, 829.67],
  ['mvitv2_tiny', 24.17, 1518.09],
  ['mvitv2_small', 34.87, 1131.08],
  ['mvitv2_base', 51.47, 789.29],
  ['mvitv2_large', 217.99, 243.6],
  ['cait_xxs24_224', 11.96, 1779.24],
  ['cait_xxs36_224', 17.3, 1193.04],
  ['cait_s24_224', 46.92, 951.69],
];

const speeds = (lines: readonly Line[], kind: PublishedSpeed['kind']): PublishedSpeed[] =>
  lines.map(([name, params, throughput]) => ({ name, kind, params, throughput }));

export const SPEEDS: readonly PublishedSpeed[] = [
  ...speeds(CONVOLUTIONAL, 'convolutional'),
  ...speeds(TRANSFORMERS, 'transformer'),
];

/** A language model when it was published. */
export interface PublishedSize {
  readonly name: string;
  /** Year with the month as its fraction: 2018.125 is mid-February 2018. */
  readonly date: number;
  /** Millions of parameters. */
  readonly params: number;
  /** Authors and year, as the figure cites them. */
  readonly source: string;
  /** Where the source says the size. */
  readonly where: string;
}

const month = (year: number, number: number): number => year + (number - 0.5) / 12;

const GPT_2 = 'Radford et al. 2019';
const BERT = { date: month(2018, 10), source: 'Devlin et al. 2019' };

/**
 * Sizes as their authors give them. Dates are of the first version: on arXiv where the source has a number there, else
 * of the announcement. GPT's own paper gives no size: its successor's table does, for the model "equivalent to" it, and
 * BERT's paper calls BERT-base as large as GPT. Sanh et al. 2019 give ELMo 180 million, counted otherwise.
 */
export const SIZES: readonly PublishedSize[] = [
  {
    name: 'ELMo',
    date: month(2018, 2),
    params: 93.6,
    source: 'Peters et al. 2018',
    where: 'arXiv:1802.05365; https://allennlp.org/elmo, "Original" in the table of pre-trained models',
  },
  {
    name: 'GPT',
    date: month(2018, 6),
    params: 117,
    source: GPT_2,
    where: 'Language Models are Unsupervised Multitask Learners, table 2',
  },
  { name: 'BERT-base', ...BERT, params: 110, where: 'arXiv:1810.04805, section 3' },
  { name: 'BERT-large', ...BERT, params: 340, where: 'arXiv:1810.04805, section 3' },
  {
    name: 'GPT-2',
    date: month(2019, 2),
    params: 1542,
    source: GPT_2,
    where: 'Language Models are Unsupervised Multitask Learners, table 2',
  },
  {
    name: 'RoBERTa-large',
    date: month(2019, 7),
    params: 355,
    source: 'Liu et al. 2019',
    where: 'arXiv:1907.11692, section 5',
  },
  {
    name: 'Megatron-LM',
    date: month(2019, 9),
    params: 8300,
    source: 'Shoeybi et al. 2019',
    where: 'arXiv:1909.08053, abstract',
  },
  {
    name: 'DistilBERT',
    date: month(2019, 10),
    params: 66,
    source: 'Sanh et al. 2019',
    where: 'arXiv:1910.01108, table 3',
  },
  {
    name: 'T5',
    date: month(2019, 10),
    params: 11000,
    source: 'Raffel et al. 2020',
    where: 'arXiv:1910.10683, section 3.7',
  },
  {
    name: 'Turing-NLG',
    date: month(2020, 2),
    params: 17000,
    source: 'Rosset 2020',
    where: 'Turing-NLG: A 17-billion-parameter language model by Microsoft, Microsoft Research Blog, 10 February 2020',
  },
];
