import { which } from './find.mjs';
import { systemOf } from './systems.mjs';

const BATCH = /\.(cmd|bat)$/i;

/** Characters that Windows' command interpreter reads as its own. */
const SPECIAL = /[()\][%!^"`<>&|;, *?]/g;

/** An argument as a Windows program reads it back: quoted, backslashes before a quote doubled. */
const quoted = (text) => `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

const escaped = (text) => text.replace(SPECIAL, '^$&');

/**
 * How to start a program by the name that a user types. Windows' batch files (npm.cmd, and whatever npm puts into
 * `.bin`) are started by the command interpreter alone, which since Node 20.12 has to be named.
 *
 * @param {string} program @param {string[]} args
 * @param {Record<string, string | undefined>} [env]
 * @param {import('./systems.mjs').System} [system]
 * @returns {{ program: string, args: string[], options: { windowsVerbatimArguments?: boolean } }} for `spawn`
 */
export function startable(program, args, env = process.env, system = systemOf(process.platform)) {
  const file = which(program, env, system) ?? program;
  if (!BATCH.test(file) || !system.programEndings.includes('.cmd')) return { program: file, args, options: {} };
  // Read twice: by the interpreter that we start, and where the batch file hands its arguments on.
  const line = [escaped(quoted(file)), ...args.map((text) => escaped(escaped(quoted(text))))].join(' ');
  const interpreter = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
  return { program: interpreter, args: ['/d', '/s', '/c', `"${line}"`], options: { windowsVerbatimArguments: true } };
}
