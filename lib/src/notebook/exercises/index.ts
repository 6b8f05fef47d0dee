/**
 * The exercises of the notebooks, one file a notebook: `export const architecture = workbook('architecture', { A1, ... })`.
 * The name under which a workbook is exported here is the notebook's file name without `.ipynb`.
 */
export {};
