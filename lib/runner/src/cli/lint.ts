import { type Finding, findingLine, lintFile, WARNINGS } from '../lint';

const isWarning = ({ rule }: Finding): boolean => WARNINGS.includes(rule);

/** Checks the files without running them; prints each finding. Says whether there was none that fails. */
export async function lintNotebooks(files: readonly string[], print: (line: string) => void): Promise<boolean> {
  const findings = (await Promise.all(files.map(lintFile))).flat();
  for (const finding of findings) print(`${findingLine(finding)}${isWarning(finding) ? ' (warning)' : ''}`);
  const failing = findings.filter((finding) => !isWarning(finding)).length;
  print(findings.length === 0 ? `${files.length} notebooks checked, nothing found.` : `${findings.length} findings.`);
  return failing === 0;
}
