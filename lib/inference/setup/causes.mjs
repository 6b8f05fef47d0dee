/**
 * What usually stops npm, pip, compilers and the set-up itself, known by what they print or by an error's code. The first
 * that matches counts, so the more special stand first.
 *
 * @type {{ pattern: RegExp, say: (context: { folder: string, found: RegExpExecArray }) => string }[]}
 */
const CAUSES = [
  {
    pattern: /\bENOSPC\b|No space left on device|not enough space on the disk|\bEDQUOT\b|Disk quota exceeded/i,
    say: ({ folder }) =>
      `There is no space left on the disk of ${folder}: make room (the set-up needs about 3 GB, with an NVIDIA card 10) and run this again.`,
  },
  {
    pattern: /\bEROFS\b|Read-only file system/i,
    say: ({ folder }) =>
      `The disk of ${folder} is read-only: copy the folder to where you can write, and run this there.`,
  },
  {
    pattern: /cannot allocate memory|virtual memory exhausted|out of memory|\bENOMEM\b|Killed signal|MemoryError/i,
    say: () =>
      'The memory did not suffice: close other programs or add swap (4 GB in all are enough), and run this again.',
  },
  {
    pattern: /\b407\b|Proxy Authentication Required/i,
    say: () =>
      'The proxy wants a name and a password: write them into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT), and run this again.',
  },
  {
    pattern: /ProxyError|Cannot connect to proxy|tunneling socket could not be established|proxy.*ECONNREFUSED/i,
    say: () => 'The proxy does not answer: check HTTPS_PROXY and HTTP_PROXY, and run this again.',
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)\w*|CERTIFICATE_VERIFY_FAILED|certificate verify failed/i,
    say: () =>
      "The registry's certificate is not trusted: name your organisation's in NODE_EXTRA_CA_CERTS (npm) and PIP_CERT (pip), and run this again.",
  },
  {
    pattern: /\bE40[13]\b|\b(?:401|403)\b.{0,40}(?:Unauthorized|Forbidden)|Unable to authenticate|User for \S+:\s*$/im,
    say: () =>
      'The registry refuses to answer: check its name and your credentials (.npmrc for npm, pip.conf or PIP_INDEX_URL for pip), and run this again.',
  },
  {
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b|NewConnectionError|NameResolutionError|ReadTimeoutError|Temporary failure in name resolution|Network is unreachable/,
    say: () =>
      'The network does not answer: connect it, name your proxy in HTTPS_PROXY, or a registry that you reach (npm_config_registry for npm, PIP_INDEX_URL for pip), and run this again.',
  },
  {
    pattern: /\bE404\b|\bETARGET\b|No matching distribution found for (?<name>\S+)/,
    say: ({ found }) =>
      `${found.groups?.name ? `No reachable registry has ${found.groups.name}` : 'The registry lacks a package'}: check the network and your credentials, or name a registry that has it (npm_config_registry for npm, PIP_INDEX_URL for pip), and run this again.`,
  },
  {
    pattern: /\b(?:EACCES|EPERM)\b|Permission denied/i,
    say: ({ folder }) =>
      `Something in ${folder} may not be written: make yourself its owner, or copy the folder, and run this again.`,
  },
];

/**
 * The cause of a failure in one sentence with what to do, or undefined where the text shows no known one.
 *
 * @param {string} text what a program printed, or an error's message
 * @param {{ folder: string }} context `folder` is the project
 */
export function causeOf(text, { folder }) {
  for (const { pattern, say } of CAUSES) {
    const found = pattern.exec(text);
    if (found) return say({ folder, found });
  }
  return undefined;
}
