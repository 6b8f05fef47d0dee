/**
 * The form of what errors say: a sentence. It starts with a capital letter, a quoted name, or the name of an option,
 * function or file as code has it, and ends with a period or a question mark. A list or an error's own words may end
 * it after a colon.
 */

/** Where the constructors of this project take their text, as far as that is not first, and what they put before it. */
const TAKEN = { PruningError: [1, ''], NotebookError: [1, '\0: '] };

/** Names of functions, options and programs that are plain words; others show that they are code, as `numClasses`. */
const PLAIN_NAMES = new Set([
  ...['alpha', 'amount', 'calibrate', 'concat', 'forward', 'gather', 'importance', 'levels', 'linear', 'matmul'],
  ...['normalise', 'npm', 'onnxruntime', 'patience', 'percentile', 'predict', 'preprocess', 'reshape', 'slice'],
  ...['bar', 'beside', 'progress', 'surface', 'table', 'transpose', 'workbook'],
]);

/** Where a text has a value that is only known when it is thrown. */
export const UNKNOWN = '\0';

/**
 * What PyTorch says itself, word for word: `test/golden/prune.json` compares it, and whoever searches for it finds
 * PyTorch's answers.
 */
const PYTORCH = [
  /^amount=\0 should /,
  /^Only "unstructured" PRUNING_TYPE supported /,
  /^Invalid index \0 for tensor of size \0$/,
  /^default_mask shape \0 must match self\.mask shape \0$/,
  /^Structured pruning can only be applied to multidimensional tensors\. /,
  /^'\0' object has no attribute '\0'$/,
  /^importance_scores should have the same shape as parameter /,
  /^Parameter '\0' of module \0 has to be pruned before pruning can be removed$/,
];

/** What is wrong with an error's text, `UNKNOWN` standing for its values; undefined where nothing is. */
export function complaintAboutText(text) {
  if (text === '' || text === UNKNOWN || PYTORCH.some((own) => own.test(text))) return undefined;
  if (!startsWell(text)) return 'Start the text of an error with a capital letter, a quoted name or a name in code.';
  return endsWell(text) ? undefined : 'End the text of an error with a period.';
}

function startsWell(text) {
  if (/^[\p{Lu}\d'"`[\0]/u.test(text) || /^--?[a-z\0]/.test(text)) return true;
  const [word] = /^[^\s:,;]*/.exec(text);
  return PLAIN_NAMES.has(word) || /[\p{Lu}\d_.=()]/u.test(word.slice(0, -1));
}

function endsWell(text) {
  return /[.?]$/.test(text) || /[:\n.] ?\0+$/.test(text);
}

/** The texts that an expression may have, each with its values left open. */
function textsOf(node) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [UNKNOWN];
    case 'TemplateLiteral':
      return [node.quasis.map(({ value }) => value.cooked).join(UNKNOWN)];
    case 'ConditionalExpression':
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case 'BinaryExpression':
      return textsOf(node.left).flatMap((left) => textsOf(node.right).map((right) => left + right));
    default:
      return [UNKNOWN];
  }
}

/** The ESLint rule. */
export const errorText = {
  create: (context) => ({
    NewExpression(node) {
      const name = node.callee.type === 'Identifier' ? node.callee.name : '';
      if (!/(Error|FinalAnswer)$/.test(name)) return;
      const [position, before] = Object.hasOwn(TAKEN, name) ? TAKEN[name] : [0, ''];
      const argument = node.arguments[position];
      if (argument === undefined) return;
      const complaints = textsOf(argument).map((text) => complaintAboutText(before + text));
      for (const message of new Set(complaints)) if (message) context.report({ node, message });
    },
  }),
};
