import type { Module } from '../../nn';
import { macsOf } from './counters';
import type { Entry, NamedModules, Pass } from './fold';
import { parametersByPath } from './parameters';
import type { Convention, OperatorRow, Row, TreeNode, Work } from './types';

type Sums = Pick<Work, 'macs' | 'activations' | 'bytes'>;

/** Adds up work, with what follows from it. */
export function total(parts: readonly Sums[]): Work {
  const sum = (key: keyof Sums): number => parts.reduce((value, part) => value + part[key], 0);
  const [macs, activations, bytes] = [sum('macs'), sum('activations'), sum('bytes')];
  return { macs, flops: 2 * macs, activations, bytes, intensity: bytes === 0 ? 0 : (2 * macs) / bytes };
}

function grouped(
  entries: readonly Entry[],
  key: (entry: Entry) => string,
  convention: Convention,
): Map<string, Sums[]> {
  const groups = new Map<string, Sums[]>();
  for (const entry of entries) {
    const { activations, bytes, counts } = entry;
    const group = groups.get(key(entry)) ?? [];
    group.push({ macs: macsOf(counts, convention), activations, bytes });
    groups.set(key(entry), group);
  }
  return groups;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** One row for each module of the network, with its own work, in the network's order. */
export function ownRows(net: Module, modules: NamedModules, pass: Pass, convention: Convention): Row[] {
  const work = grouped(pass.entries, (entry) => entry.path, convention);
  const parameters = parametersByPath(net);
  const whole = total([...work.values()].flat()).macs;
  return modules.map(([path, module]): Row => {
    const own = total(work.get(path) ?? []);
    return {
      path,
      type: module.constructor.name,
      depth: path === '' ? 0 : path.split('.').length,
      outputShape: pass.outputs.has(path) ? [...(pass.outputs.get(path) ?? [])] : null,
      calls: pass.calls.get(path) ?? 0,
      ...(parameters.get(path) ?? { params: 0, nonzero: 0 }),
      ...own,
      share: ratio(own.macs, whole),
    };
  });
}

/** The same rows as a tree, each with the sums of all below it. */
export function treeOf(rows: readonly Row[]): TreeNode {
  const nodes = new Map(rows.map((row): [string, TreeNode] => [row.path, { ...row, children: [] }]));
  for (const [path, node] of nodes) if (path !== '') parentOf(path, nodes).children.push(node);
  const root = nodes.get('') as TreeNode;
  addUp(root);
  setShares(root, root.macs);
  return root;
}

/** The nearest module above a path; arrays and objects in between are none. */
function parentOf(path: string, nodes: ReadonlyMap<string, TreeNode>): TreeNode {
  const above = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return nodes.get(above) ?? parentOf(above, nodes);
}

function addUp(node: TreeNode): void {
  node.children.forEach(addUp);
  const parts = [node, ...node.children];
  const sum = (key: 'params' | 'nonzero'): number => parts.reduce((value, part) => value + part[key], 0);
  Object.assign(node, { params: sum('params'), nonzero: sum('nonzero') }, total(parts));
}

function setShares(node: TreeNode, whole: number): void {
  node.share = ratio(node.macs, whole);
  for (const child of node.children) setShares(child, whole);
}

/** One row for each kind of operation, the largest first. */
export function operatorRows(entries: readonly Entry[], convention: Convention): OperatorRow[] {
  const groups = grouped(entries, (entry) => entry.operator, convention);
  const whole = total([...groups.values()].flat()).macs;
  const rows = [...groups].map(([operator, parts]): OperatorRow => {
    const work = total(parts);
    return { operator, calls: parts.length, ...work, share: ratio(work.macs, whole) };
  });
  return rows.sort((a, b) => b.macs - a.macs || b.bytes - a.bytes);
}

/** Whether a row belongs into the flat list. */
export function isBusy({ params, macs, activations, bytes }: Row): boolean {
  return params > 0 || [macs, activations, bytes].some((n) => n > 0);
}
