import { type CellResult, type CheckResult, type Failure, type NotebookResult } from '../run';
import { escapeMarkup } from './escape';
import { exerciseName } from '../ipynb';
import { runName } from './names';

/** JUnit XML: a test suite a run, a test case a cell and a check, and one for failures that belong to no cell. */
export function junitXml(results: readonly NotebookResult[]): string {
  const suites = results.map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function suite(result: NotebookResult): string {
  const name = runName(result);
  const blamed = (cell: number): Failure[] =>
    result.failures.filter((failure) => failure.kind !== 'check' && failure.cell === cell);
  const cases = [
    ...result.failures
      .filter(({ cell, kind }) => cell === undefined && kind !== 'check')
      .map((failure) => testCase(name, 'notebook', 0, [failure])),
    ...result.cells
      .filter(({ status }) => status !== 'skipped')
      .map((cell) => cellCase(name, cell, blamed(cell.index))),
    ...result.checks.map((check) => checkCase(name, check)),
  ];
  const failed = cases.filter((text) => text.includes('<failure ')).length;
  const skipped = cases.filter((text) => text.includes('<skipped ')).length;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  const head = `  <testsuite name="${escape(name)}" ${counts} time="${seconds(result.durationMs)}" file="${escape(result.path)}">`;
  return `${head}\n${cases.join('')}  </testsuite>\n`;
}

function cellCase(suiteName: string, cell: CellResult, failures: Failure[]): string {
  const name = `cell ${cell.index + 1}: ${cell.title}`;
  return testCase(
    suiteName,
    name,
    cell.durationMs,
    failures,
    cell.status === 'not-run' ? 'an earlier cell failed' : undefined,
  );
}

function checkCase(suiteName: string, { exercise, title, attempt, ok, problem }: CheckResult): string {
  const name = `check ${exerciseName(exercise, title)}${attempt === undefined ? '' : `, ${attempt}`}`;
  return testCase(suiteName, name, 0, ok ? [] : [{ kind: 'check', message: problem ?? '' }]);
}

function testCase(
  suiteName: string,
  name: string,
  durationMs: number,
  failures: readonly Failure[],
  skipped?: string,
): string {
  const head = `    <testcase classname="${escape(suiteName)}" name="${escape(name)}" time="${seconds(durationMs)}"`;
  const inner = failures.map((failure) => {
    const body = [failure.source, failure.stdout, failure.stderr].filter(Boolean).join('\n');
    return `      <failure type="${failure.kind}" message="${escape(failure.message)}">${escape(body)}</failure>\n`;
  });
  if (failures.length === 0 && skipped !== undefined) inner.push(`      <skipped message="${escape(skipped)}"/>\n`);
  return inner.length === 0 ? `${head}/>\n` : `${head}>\n${inner.join('')}    </testcase>\n`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

const WHITE: Readonly<Record<string, string>> = { '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };

/** Escapes for XML text and attributes; characters XML 1.0 cannot hold become U+FFFD. */
function escape(text: string): string {
  const sound = text.replace(
    /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  );
  return escapeMarkup(sound).replace(/[\n\r\t]/g, (character) => WHITE[character]);
}
