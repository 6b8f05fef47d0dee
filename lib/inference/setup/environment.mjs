import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cudaLibraryFolders, xlaTools } from './nvidia.mjs';
import { sitePackages } from './paths.mjs';

/**
 * Variables with which a process computes best: TensorFlow's log level and threads, no lists for profilers in /tmp (which
 * oneDNN writes on ARM), no reports of onnxruntime to its maker, and with an NVIDIA card CUDA's libraries, the tools of
 * its compiler for XLA, and memory taken as needed rather than all at once.
 *
 * @param {{ env: Record<string, string | undefined>, plan: { variant: string }, home: { prefix: string },
 *   host?: { cuda?: string } }} machine
 * @returns {Record<string, string>}
 */
export function engineVariables({ env, plan, home, host }) {
  const threads = env.TF_NUM_INTRAOP_THREADS ?? String(usableProcessors());
  const variables = {
    TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: env.TF_NUM_INTEROP_THREADS ?? threads,
    ONEDNN_JIT_PROFILE: env.ONEDNN_JIT_PROFILE ?? '0',
    ORT_DISABLE_TELEMETRY: env.ORT_DISABLE_TELEMETRY ?? '1',
  };
  const packages = sitePackages(home.prefix);
  if (plan.variant !== 'cuda' || !packages) return variables;
  const given = (env.LD_LIBRARY_PATH ?? '').split(path.delimiter).filter(Boolean);
  const LD_LIBRARY_PATH = [...new Set([...cudaLibraryFolders(packages), ...given])].join(path.delimiter);
  const TF_FORCE_GPU_ALLOW_GROWTH = env.TF_FORCE_GPU_ALLOW_GROWTH ?? 'true';
  return { ...variables, LD_LIBRARY_PATH, TF_FORCE_GPU_ALLOW_GROWTH, ...xlaVariables(packages, env, host?.cuda) };
}

/** Names the tools to XLA, unless a flag of the user's does. A path with a blank cannot be given: flags end there. */
function xlaVariables(packages, env, installed) {
  const flags = env.XLA_FLAGS ?? '';
  const folder = xlaTools(packages, env, installed);
  if (!folder || /\s/.test(folder) || flags.includes('--xla_gpu_cuda_data_dir'))
    return flags ? { XLA_FLAGS: flags } : {};
  return { XLA_FLAGS: [flags, `--xla_gpu_cuda_data_dir=${folder}`].filter(Boolean).join(' ') };
}

/** Processors this process may use; a container's quota counts, which Node 20 does not look at. */
export function usableProcessors() {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    if (quota > 0 && period > 0) return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota / period)));
  } catch {
    // No such file outside Linux or without a quota.
  }
  return availableParallelism();
}
