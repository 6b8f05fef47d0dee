import type { JsonObject } from './spec';

interface VegaModule {
  parse(spec: JsonObject): unknown;
  View: new (
    runtime: unknown,
    options: { renderer: 'none' },
  ) => {
    toSVG(): Promise<string>;
    finalize(): unknown;
  };
}

interface VegaLiteModule {
  compile(spec: JsonObject, options: { logger: object }): { spec: JsonObject };
}

let modules: Promise<[VegaModule, VegaLiteModule]> | undefined;

function load(): Promise<[VegaModule, VegaLiteModule]> {
  modules ??= Promise.all([import('vega'), import('vega-lite')]) as unknown as Promise<[VegaModule, VegaLiteModule]>;
  return modules;
}

/** Collects what the compiler would print, so that it is not noise on the page. */
function collectingLogger(warnings: string[]): object {
  const logger = {
    level: () => logger,
    error: (...parts: unknown[]) => (warnings.push(parts.join(' ')), logger),
    warn: (...parts: unknown[]) => (warnings.push(parts.join(' ')), logger),
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

/** A Vega specification, and what the Vega-Lite compiler doubted about its source (empty for every chart made here). */
export interface CompiledSpec {
  readonly vega: JsonObject;
  readonly warnings: readonly string[];
}

/** Compiles a Vega-Lite specification to a Vega one. */
export async function compileSpec(spec: JsonObject): Promise<CompiledSpec> {
  const [, vegaLite] = await load();
  const warnings: string[] = [];
  const vega = vegaLite.compile(spec, { logger: collectingLogger(warnings) }).spec;
  return { vega, warnings };
}

/** Draws a Vega-Lite specification as SVG text, without a browser. */
export async function renderSvg(spec: JsonObject): Promise<string> {
  const [vega] = await load();
  const { vega: compiled } = await compileSpec(spec);
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
