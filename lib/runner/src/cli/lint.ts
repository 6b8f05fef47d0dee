import { findingLine, lintFile } from '../lint';

/** Checks the files without running them; prints each finding. Says whether there was none. */
export async function lintNotebooks(files: readonly string[], print: (line: string) => void): Promise<boolean> {
  const findings = (await Promise.all(files.map(lintFile))).flat();
  for (const finding of findings) print(findingLine(finding));
  print(findings.length === 0 ? `${files.length} notebooks checked, nothing found.` : `${findings.length} findings.`);
  return findings.length === 0;
}
