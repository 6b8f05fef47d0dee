import { type Plain } from './plain';

const TEXT = String.raw`'[^'\\\n]*'|"[^"\\\n]*"|${'`[^`\\\\$\\n]*`'}`;

/**
 * What an answer cell hands over as written words: `ex.A3.answer('cache')`, or a list of them. Read from the text, so
 * that no code of the cell takes part in it; undefined where it hands over anything else.
 */
export function writtenChoice(source: string, exercise: string): Plain | undefined {
  const code = source.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ');
  const call = new RegExp(
    `^\\s*(?:await\\s+)?ex\\.${exercise}\\.answer\\(\\s*(?:(${TEXT})|\\[((?:\\s*(?:${TEXT})\\s*,?)*)\\])\\s*,?\\s*\\)\\s*;?\\s*$`,
  );
  const found = call.exec(code);
  if (!found) return undefined;
  const words = (text: string): string[] => (text.match(new RegExp(TEXT, 'g')) ?? []).map((word) => word.slice(1, -1));
  return found[1] === undefined ? ['a', words(found[2])] : words(found[1])[0];
}
