/** The contents of one output, by MIME type. `text/plain` is what terminals and screen readers get. */
export interface MimeBundle {
  readonly 'text/plain': string;
  readonly [mimeType: string]: unknown;
}

/** What travels to the page: Jupyter's display_data content. */
export interface DisplayData {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

/** Where outputs go: the notebook's page, a terminal, or a test's list. `update` replaces an output shown before. */
export type DisplaySink = (content: DisplayData, update: boolean) => void;

interface KernelModule {
  lastWriteDisplayData?: DisplaySink | null;
}

let override: DisplaySink | undefined;
let kernelModule: NodeJS.Module | undefined;

/**
 * The kernel's own module, found among what this process has loaded: another copy of the kernel's package, resolved by
 * name, would know nothing of the running cell. A kernel may have loaded two, when it found a second copy beside the
 * notebook and left the work to that one: the one that has run a cell counts.
 */
function findKernel(): KernelModule | undefined {
  kernelModule ??= Object.entries(require.cache)
    .filter(([name]) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name))
    .map(([, loaded]) => loaded)
    .find((loaded) => typeof (loaded?.exports as KernelModule).lastWriteDisplayData === 'function');
  return kernelModule?.exports as KernelModule | undefined;
}

/** True inside a notebook's kernel once a cell has started. */
export function inNotebook(): boolean {
  return typeof findKernel()?.lastWriteDisplayData === 'function';
}

/** True where an output already shown can be replaced: in a notebook, or where a test collects outputs. */
export function canUpdate(): boolean {
  return override !== undefined || inNotebook();
}

const printed = new Map<string, string>();
const PRINTED_LIMIT = 1000;

/** Outside a notebook: the plain text, on stdout; an update is printed only when its text changed. */
function printText(content: DisplayData): void {
  const text = content.data['text/plain'];
  const id = content.transient.display_id;
  if (id !== undefined) {
    if (printed.get(id) === text) return;
    if (printed.size >= PRINTED_LIMIT) printed.clear();
    printed.set(id, text);
  }
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Sends one output to the page, or to what stands for it. */
export function send(content: DisplayData, update: boolean): void {
  if (override) return override(content, update);
  const write = findKernel()?.lastWriteDisplayData;
  if (write) write(content, update);
  else printText(content);
}

/** Replaces the sink; returns a function that puts the former one back. */
export function useSink(sink: DisplaySink): () => void {
  const former = override;
  override = sink;
  return () => {
    override = former;
  };
}
