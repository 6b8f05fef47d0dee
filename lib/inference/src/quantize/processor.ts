import { readFileSync } from 'node:fs';
import * as os from 'node:os';

/** What the processor has for products of 8-bit integers. */
export interface ProcessorSupport {
  /** Whether it sums four 8-bit products into 32 bits in one instruction, without overflow. */
  dotProducts: boolean;
  /** The instructions found, such as `avx512_vnni`. */
  features: string[];
  /** One sentence for users. */
  advice: string;
}

const INSTRUCTIONS: readonly string[] = ['avx512_vnni', 'avx_vnni', 'avx_vnni_int8', 'amx_int8', 'asimddp', 'i8mm'];

/** Flags of /proc/cpuinfo, or none where there is no such file. */
function processorFlags(): string[] {
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    return /^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1].trim().split(/\s+/) ?? [];
  } catch {
    return []; // not Linux
  }
}

/**
 * Whether 8-bit networks are fast on this processor, and what to do where they are not.
 *
 * @param flags names of instruction sets; default: those of this machine
 * @param architecture as Node names it; default: this machine's
 */
export function processor(
  flags: readonly string[] = processorFlags(),
  architecture: string = os.arch(),
): ProcessorSupport {
  const apple = architecture === 'arm64' && os.platform() === 'darwin' && flags.length === 0;
  const features = apple ? ['asimddp'] : INSTRUCTIONS.filter((name) => flags.includes(name));
  if (features.length)
    return {
      dotProducts: true,
      features,
      advice: `This processor multiplies 8-bit integers directly (${features.join(', ')}).`,
    };
  const unknown = flags.length === 0;
  const what = unknown ? 'It is not known whether this processor has' : 'This processor has no';
  const advice =
    architecture === 'x64'
      ? `${what} 8-bit dot products (VNNI or AMX): int8 may be no faster, and sums of pairs can ` +
        'overflow 16 bits. Prepare with weights: { reduceRange: true }, which leaves one bit free.'
      : `${what} 8-bit dot products: int8 networks may be no faster here, only smaller.`;
  return { dotProducts: false, features, advice };
}
