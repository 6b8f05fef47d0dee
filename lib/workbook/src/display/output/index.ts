import { randomBytes } from 'node:crypto';
import { send, useSink, type DisplayData, type MimeBundle } from './sink';

export { canUpdate, inNotebook, useSink } from './sink';
export type { DisplayData, DisplaySink, MimeBundle } from './sink';

/** An output that can be replaced in place, also from later cells. */
export interface DisplayHandle {
  /** The identifier that Jupyter's messages carry. */
  readonly id: string;
  /** Shows the bundle the first time, replaces it afterwards. */
  show(bundle: MimeBundle, metadata?: Metadata): void;
}

/** How to show a representation, by its MIME type. */
export type Metadata = DisplayData['metadata'];

/** Shows one output: all MIME types of the bundle together, so that every viewer picks the best that it can draw. */
export function show(bundle: MimeBundle, metadata: Metadata = {}): void {
  send({ data: bundle, metadata, transient: {} }, false);
}

/** An output to be filled now and replaced later. */
export function newDisplay(): DisplayHandle {
  const id = randomBytes(8).toString('hex');
  let shown = false;
  return {
    id,
    show(bundle, metadata = {}) {
      send({ data: bundle, metadata, transient: { display_id: id } }, shown);
      shown = true;
    },
  };
}

/** Shows HTML; `plain` is what a terminal shows instead. */
export function html(markup: string, plain: string): void {
  show({ 'text/plain': plain, 'text/html': markup });
}

/** Shows Markdown, with the source itself as plain text. */
export function markdown(source: string): void {
  show({ 'text/plain': source, 'text/markdown': source });
}

/**
 * Runs `body` and collects what it displays instead of showing it: every display and update, in order.
 * Meant for tests and for programs that keep a notebook's outputs.
 */
export async function capture(body: () => unknown): Promise<{ content: DisplayData; update: boolean }[]> {
  const outputs: { content: DisplayData; update: boolean }[] = [];
  const restore = useSink((content, update) => outputs.push({ content, update }));
  try {
    await body();
  } finally {
    restore();
  }
  return outputs;
}
