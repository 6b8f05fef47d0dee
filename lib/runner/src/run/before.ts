import { type Cell, isObject, type Notebook } from '../ipynb';

/** The kernel spec for a notebook that names none. */
const DEFAULT_KERNEL = 'tslab';

/** The cell before it runs. */
export function withoutOutputs(cell: Cell): Cell {
  return cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell;
}

/** The kernel that the notebook asks for. */
export function kernelName(notebook: Notebook): string {
  const spec = notebook.metadata.kernelspec;
  return isObject(spec) && typeof spec.name === 'string' ? spec.name : DEFAULT_KERNEL;
}

/** First line of the source that says something. */
export function title(cell: Cell): string {
  return (
    cell.source
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 80) ?? ''
  );
}
