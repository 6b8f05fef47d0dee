import { axes, logarithmic } from './axes';
import { SPEEDS, type PublishedSpeed } from './published';
import { BLUE, card, circle, diamond, ORANGE, SOFT, text } from './svg';

const FRAME = { left: 80, top: 92, right: 720, bottom: 420 };
const x = logarithmic(2, 400, FRAME.left, FRAME.right);
const y = logarithmic(200, 50_000, FRAME.bottom, FRAME.top);

function point({ kind, params, throughput }: PublishedSpeed): string {
  return kind === 'convolutional'
    ? circle(x(params), y(throughput), 5, { fill: BLUE, 'fill-opacity': 0.8 })
    : diamond(x(params), y(throughput), 6.5, { fill: ORANGE, 'fill-opacity': 0.85 });
}

/** Names beside the networks that most readers know, and on which side. */
const NAMED: Readonly<Record<string, readonly [name: string, side: 'left' | 'right']>> = {
  mobilenetv3_small_100: ['MobileNetV3-Small', 'right'],
  efficientnet_b0: ['EfficientNet-B0', 'left'],
  resnet18: ['ResNet-18', 'right'],
  resnet50: ['ResNet-50', 'right'],
  vit_small_patch16_224: ['ViT-S/16', 'right'],
  vit_small_patch32_224: ['ViT-S/32', 'right'],
  vit_base_patch32_224: ['ViT-B/32', 'right'],
  swin_tiny_patch4_window7_224: ['Swin-T', 'right'],
};

function label({ name, kind, params, throughput }: PublishedSpeed): string {
  const [words, side] = NAMED[name] ?? [];
  if (words === undefined) return '';
  const shift = side === 'left' ? -10 : 10;
  const style = { 'font-size': 12, fill: kind === 'convolutional' ? BLUE : ORANGE };
  return text(x(params) + shift, y(throughput) + 4, words, {
    ...style,
    'text-anchor': side === 'left' ? 'end' : 'start',
  });
}

/** Pictures a second against parameters, convolutional networks and transformers. */
export function throughput(): string {
  const xAxis = {
    title: 'parameters (millions)',
    place: x,
    ticks: [2, 5, 10, 20, 50, 100, 200, 400].map((value) => [value, String(value)] as const),
  };
  const yAxis = {
    title: 'pictures per second',
    place: y,
    ticks: [200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].map(
      (value) => [value, value.toLocaleString('en-US')] as const,
    ),
  };
  const title = 'Published throughput of image classifiers against their parameters';
  const description = `${SPEEDS.length} networks; the more parameters, the fewer pictures a second, with a wide spread.`;
  return card({ width: 760, height: 528, title, description }, [
    circle(90, 54, 5, { fill: BLUE }),
    text(102, 58, 'convolutional', { fill: BLUE }),
    diamond(210, 54, 6.5, { fill: ORANGE }),
    text(222, 58, 'transformer', { fill: ORANGE }),
    ...axes(FRAME, xAxis, yAxis),
    ...SPEEDS.map(point),
    ...SPEEDS.map(label).filter((words) => words !== ''),
    ...[
      'Source: timm (pytorch-image-models), results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090.csv, commit 36d930f.',
      'Measured on an RTX 3090 graphics card, in mixed precision and large batches of 224x224 pictures.',
      'Other machines may order them differently.',
    ].map((words, index) => text(20, 482 + 16 * index, words, { 'font-size': 11.5, fill: SOFT })),
  ]);
}
