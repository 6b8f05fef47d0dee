import { type Arguments, readArguments } from 'tslab-runner/cli';
import { type KernelRequest } from '../classwork';

/** Options of the runner that jobs have too; it reads them itself. */
export const RUNNER_OPTIONS = {
  parameter: { type: 'string', short: 'p', multiple: true },
  out: { type: 'string' },
  html: { type: 'string' },
  report: { type: 'string' },
  json: { type: 'string' },
  memory: { type: 'string' },
  timeout: { type: 'string' },
  'max-output': { type: 'string' },
  isolate: { type: 'boolean' },
  env: { type: 'string', multiple: true },
} as const;

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * What the runner reads from options of its own.
 *
 * @param names of the options, with their values as they were parsed
 * @throws UsageError of the runner
 */
export function runnerArguments(
  names: readonly string[],
  values: Values,
  positionals: readonly string[],
): Promise<Arguments> {
  const args = names.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    return [value].flat().map((text) => `--${name}=${text}`);
  });
  return readArguments([...args, '--', ...positionals]);
}

/** The request for kernels that the command line makes. */
export function kernelRequest(
  { files, parameters, timeoutMs, outputBytes, memoryBytes, isolate, passedVariables, ...reports }: Arguments,
  { memory }: { memory?: string | undefined },
): KernelRequest {
  const asksFor = (...names: ('out' | 'html' | 'report' | 'json')[]): boolean =>
    names.some((name) => reports[name] !== undefined);
  const keep = asksFor('out', 'html') ? 'notebooks' : asksFor('report', 'json') ? 'results' : undefined;
  return {
    files,
    timeoutMs,
    outputBytes,
    ...(parameters.size > 0 ? { parameters: Object.fromEntries(parameters) } : {}),
    // What the memory of each worker's machine allows, unless it was said.
    ...(memory === undefined ? {} : { memoryBytes }),
    ...(isolate === undefined ? {} : { isolate }),
    ...(passedVariables.length > 0 ? { passedVariables } : {}),
    ...(keep ? { keep } : {}),
  };
}
