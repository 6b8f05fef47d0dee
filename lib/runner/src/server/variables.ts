/**
 * Variables of this process that servers and kernels of our own see: what programs need to be found and to speak the
 * user's language, and the settings of the libraries that compute. Everything else (a CI's secrets, a cloud's keys) stays
 * here unless it is named.
 */
const NAMES = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LANGUAGE', 'TZ', 'CI', 'NO_COLOR', 'FORCE_COLOR'],
  ...['TMPDIR', 'TEMP', 'TMP', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH'],
  ...['NODE_PATH', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  // Windows starts hardly anything without these.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'USERNAME', 'HOMEDRIVE', 'HOMEPATH'],
  ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE'],
]);

const PREFIXES = [
  ...['LC_', 'PYTHON', 'JUPYTER_', 'IPYTHON', 'TSLAB_', 'SCALABLE_INFERENCE_'],
  ...['TF_', 'CUDA_', 'NVIDIA_', 'XLA_', 'OMP_', 'KMP_', 'MKL_', 'ORT_', 'ONEDNN_', 'DNNL_'],
];

/** Jupyter's own secrets, which pass for none of the prefixes. */
const NEVER = new Set(['JUPYTER_TOKEN', 'JUPYTER_TOKEN_FILE']);

/**
 * The part of an environment that servers and kernels may see.
 *
 * @param passed names let through besides the listed ones
 */
export function listedVariables(env: NodeJS.ProcessEnv, passed: readonly string[] = []): NodeJS.ProcessEnv {
  const named = new Set(passed.map((name) => name.toUpperCase()));
  const isListed = (name: string): boolean => {
    const upper = name.toUpperCase();
    if (named.has(upper)) return true;
    return !NEVER.has(upper) && (NAMES.has(upper) || PREFIXES.some((prefix) => upper.startsWith(prefix)));
  };
  return Object.fromEntries(Object.entries(env).filter(([name]) => isListed(name)));
}
