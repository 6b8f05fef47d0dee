import { PNG } from 'pngjs';
import { show, type MimeBundle } from './output';
import { escapeHtml } from './html';

/** One picture to show. */
export interface Picture {
  /** [height, width, channels] values from 0 to 255. */
  readonly pixels: ArrayLike<number>;
  /** [height, width, channels]; 1 channel is grey, 3 are red, green, blue. */
  readonly shape: readonly [number, number, number];
  /** Words below it. */
  readonly label?: string;
}

/** How a row of pictures is shown. */
export interface PicturesOptions {
  readonly title: string;
  /** The sentence that says what to see. */
  readonly caption: string;
  /** Width on the page in pixels; small pictures are enlarged without smoothing. @default 96 */
  readonly width?: number;
}

/** PNG bytes of one picture. @throws when the number of values does not fit the shape */
export function encodePng({ pixels, shape: [height, width, channels] }: Picture): Buffer {
  if (pixels.length !== height * width * channels || (channels !== 1 && channels !== 3)) {
    throw new Error(
      `A picture of shape [${height}, ${width}, ${channels}] needs 1 or 3 channels and ${height * width * channels} values, got ${pixels.length}.`,
    );
  }
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) png.data[i * 4 + c] = pixels[i * channels + (channels === 3 ? c : 0)];
    png.data[i * 4 + 3] = 255;
  }
  return PNG.sync.write(png);
}

function figure(picture: Picture, width: number): string {
  const label = escapeHtml(picture.label ?? '');
  const image = `<img alt="${label}" width="${width}" style="image-rendering:pixelated" src="data:image/png;base64,${encodePng(picture).toString('base64')}">`;
  return `<figure style="display:inline-block;margin:4px;text-align:center">${image}<figcaption>${label}</figcaption></figure>`;
}

/** The output that {@link pictures} shows. */
export function picturesBundle(items: readonly Picture[], { title, caption, width = 96 }: PicturesOptions): MimeBundle {
  const head = `<div><strong>${escapeHtml(title)}</strong></div><div>${escapeHtml(caption)}</div>`;
  return {
    'text/plain': `[pictures] ${title}\n${caption}\n${items.map(({ label }) => label ?? '?').join(', ')}`,
    'text/html': `${head}<div>${items.map((item) => figure(item, width)).join('')}</div>`,
  };
}

/** Shows pictures side by side with their labels. */
export function pictures(items: readonly Picture[], options: PicturesOptions): void {
  show(picturesBundle(items, options));
}
