import assert from 'node:assert/strict';
import { Linter } from 'eslint';
import { complaintAboutText, errorText, UNKNOWN } from '../tools/lint-error-text.mjs';

/** What the rule says about a program. */
function complaints(code: string): string[] {
  const plugin = { rules: { 'error-text': errorText } };
  return new Linter()
    .verify(code, { plugins: { rooms: plugin }, rules: { 'rooms/error-text': 'error' } })
    .map(({ message }) => message);
}

describe('texts of errors', () => {
  it('may start with a capital letter, a quoted name, an expression or a name in code', () => {
    for (const start of [
      'The file',
      "'conv1'",
      `${UNKNOWN} of`,
      'numClasses',
      'image_mean',
      'measure.fileSize',
      '--token',
    ])
      assert.equal(complaintAboutText(`${start} is missing.`), undefined, start);
    for (const start of ['the file', 'entry', 'expected', 'a mask'])
      assert.match(complaintAboutText(`${start} is missing.`) ?? '', /^Start the text/, start);
  });

  it('end with a period, a question mark, or a list behind a colon', () => {
    for (const end of ['here.', 'here?', `here: ${UNKNOWN}`, `here:\n${UNKNOWN}`, `here.${UNKNOWN}`])
      assert.equal(complaintAboutText(`It ends ${end}`), undefined, end);
    for (const end of ['here', `at ${UNKNOWN}`, 'here!'])
      assert.match(complaintAboutText(`It ends ${end}`) ?? '', /^End the text/, end);
  });

  it("are PyTorch's own where they equal PyTorch's", () => {
    assert.equal(complaintAboutText(`'${UNKNOWN}' object has no attribute '${UNKNOWN}'`), undefined);
    assert.notEqual(complaintAboutText(`'${UNKNOWN}' object has no method '${UNKNOWN}'`), undefined);
  });

  it('are found in literals, templates, sums, and both sides of a choice', () => {
    assert.equal(complaints("throw new Error('no file');").length, 1);
    assert.equal(complaints('throw new TypeError(`no ${file}.`);').length, 1);
    assert.equal(complaints("throw new Error('No file ' + name);").length, 1);
    assert.equal(complaints("throw new Error(found ? 'One.' : 'none.');").length, 1);
    assert.deepEqual(complaints("throw new Error('No file ' + name + '.');"), []);
    assert.deepEqual(complaints('throw new Error(message);'), []);
  });

  it('stand where the constructor takes them', () => {
    assert.equal(complaints("throw new PruningError('ValueError', 'no weights');").length, 1);
    assert.deepEqual(complaints("throw new PruningError('ValueError', 'There are no weights.');"), []);
    assert.deepEqual(complaints("throw new NotebookError(path, 'expected cells, found none.');"), []);
  });
});
