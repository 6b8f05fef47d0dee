export { cellLine, failureText, notebookLine } from './console';
export { formulaHtml, formulas, type Formula } from './html/formulas';
export { htmlPage } from './html/page';
export { jsonReport } from './json';
export { junitXml } from './junit';
export { runFile, runName } from './names';
export { plainText } from './escape';
