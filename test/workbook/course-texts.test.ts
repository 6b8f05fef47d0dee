import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import ts from 'typescript';

import { exercises, type ChoiceDefinition, type Definition } from 'scalable-inference-workbook';
import { proseNumbers } from 'tslab-runner/lint';

const COURSE = path.resolve(__dirname, '../../lib/workbook/src/course');
/** Texts of at least this many words are read as prose, shorter ones as names or keys. */
const PROSE_WORDS = 5;

/** Numbers that the course's own texts may hold, by a part of the text, and why: none is a result of a run. */
const VOUCHED: Readonly<Record<string, string>> = {
  'a budget of 30 ms': 'names a case of a check',
  'a budget of 50 ms': 'names a case of a check',
  'it is not 97%': 'quotes the sentence in question',
  'it is not 60% faster': 'quotes the sentence in question',
  '40% fewer, not 40% of them': 'quotes the sentence in question',
  '"40% of" and "40% less"': 'quotes the sentence in question',
  '"60% faster" is a ratio of 1.6': 'a definition',
  '0 times the logarithm of 0': 'a product',
  'bytes are 4 times the number of values': 'the width of a float32',
  'by 4 bytes': 'the width of a float32',
  'At a level of 20 %': 'the level that the exercise sets',
  'The bitmask pays from about 3 %': 'arithmetic of formats',
  'pays from 80 % on': 'arithmetic of formats',
  'It pays from about 67 % on': 'arithmetic of formats',
  'close to 100 %': 'the end of the axis',
  'takes 20 bytes in place of 4': 'arithmetic of formats',
  'takes 8 bytes in place of 12': 'arithmetic of formats',
  'Every layer lost 20 % of its own': 'the level that the exercise sets',
  'only 80 % of the values are left': 'what the level of the exercise leaves',
  '30 % of x weights': 'the level that the exercise sets',
  'files of 4,000 and 1,100 bytes': 'names a case of a check',
  '4 · 4,608 bytes before': 'numbers of the exercise',
  '127 times 127': 'a product',
  'four times less to move': '8 bits in place of 32',
};

interface Text {
  readonly where: string;
  readonly text: string;
}

/** All prose in the course's sources but the answers: hints, rubrics, options, reasons and messages of checks. */
function textsOf(file: string): Text[] {
  const code = readFileSync(path.join(COURSE, file), 'utf8');
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push({ where, text: node.text });
    if (ts.isTemplateExpression(node)) {
      const parts = node.templateSpans.map(({ literal }) => `x${literal.text}`);
      found.push({ where, text: node.head.text + parts.join('') });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter(({ text }) => text.split(/\s+/).length >= PROSE_WORDS);
}

const choices = Object.values(exercises)
  .flatMap((book) => book.list().map(({ definition }) => definition as Definition))
  .filter((definition): definition is ChoiceDefinition => definition.kind === 'choice')
  .map(({ id, choices: options, reference }) => {
    const right: readonly string[] = [reference].flat();
    const sizes = Object.entries(options).map(([key, text]) => ({ isRight: right.includes(key), size: text.length }));
    return { id, sizes };
  });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the course's texts", () => {
  it('hold no number that a run could contradict', () => {
    const files = readdirSync(COURSE, { recursive: true }).map(String);
    const texts = files.filter((file) => /^(?!.*answers).*\.ts$/.test(file)).flatMap(textsOf);
    assert.ok(texts.length > 500, `read only ${texts.length} texts`);
    const numbers = texts.flatMap(({ where, text }) => proseNumbers(text, true).map((one) => ({ where, text, one })));
    const isVouched = (text: string): boolean => Object.keys(VOUCHED).some((part) => text.includes(part));
    assert.deepEqual(
      numbers.filter(({ text }) => !isVouched(text)).map(({ where, one }) => `${where}: ${one.text}`),
      [],
    );
    const idle = Object.keys(VOUCHED).filter((part) => !numbers.some(({ text }) => text.includes(part)));
    assert.deepEqual(idle, [], 'vouched for, and gone');
  });

  it('give no option away by its length', () => {
    const longestIsRight = choices.filter(({ sizes }) => {
      const most = Math.max(...sizes.map(({ size }) => size));
      return sizes.some(({ isRight, size }) => isRight && size === most);
    });
    const [least, most] = [choices.length / 4, choices.length / 2];
    const ids = longestIsRight.map(({ id }) => id).join(', ');
    assert.ok(choices.length >= 15);
    assert.ok(longestIsRight.length >= least && longestIsRight.length <= most, `longest right: ${ids}`);

    const ratios = choices.map(({ sizes }) => {
      const meanOf = (wanted: boolean): number =>
        mean(sizes.filter(({ isRight }) => isRight === wanted).map(({ size }) => size));
      return meanOf(true) / meanOf(false);
    });
    const ratio = mean(ratios);
    assert.ok(ratio > 0.85 && ratio < 1.15, `right options are ${ratio.toFixed(2)} times as long as wrong ones`);
    const shapes = choices
      .map(({ sizes }) => sizes.map(({ size }) => size))
      .filter((s) => Math.min(...s) * 3 < Math.max(...s));
    assert.deepEqual(shapes, [], 'options of one question differ in length more than three times');
  });
});
