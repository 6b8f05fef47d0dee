/** Labels of the positions along one axis of a tensor, or null where the axis cannot be cut. */
export type AxisLabels = Int32Array | null;

/**
 * Labels that stand for channels. Positions in different tensors that must be cut together get one label
 * (union-find, Tarjan 1975); protected labels are never cut.
 */
export class Labels {
  private readonly parents: number[] = [];
  private readonly reasons = new Map<number, string>();

  /** New labels, one a position; none for a single one, which nothing could be cut from. */
  axis(size: number): AxisLabels {
    if (size <= 1) return null;
    return Int32Array.from({ length: size }, () => this.parents.push(this.parents.length) - 1);
  }

  /** The label that stands for all that were joined with this one. */
  root(label: number): number {
    let root = label;
    while (this.parents[root] !== root) root = this.parents[root];
    for (let at = label; at !== root;) [at, this.parents[at]] = [this.parents[at], root];
    return root;
  }

  private joinTwo(a: number, b: number): void {
    const [kept, gone] = [this.root(a), this.root(b)];
    if (kept === gone) return;
    this.parents[gone] = kept;
    const reason = this.reasons.get(kept) ?? this.reasons.get(gone);
    if (reason !== undefined) this.reasons.set(kept, reason);
    this.reasons.delete(gone);
  }

  /** Makes all these labels one. */
  merge(labels: Int32Array): void {
    for (const label of labels) this.joinTwo(labels[0], label);
  }

  /** Joins two axes position by position; where only one of them can be cut, protects that one. */
  join(a: AxisLabels, b: AxisLabels, reason: string): AxisLabels {
    if (a && b) a.forEach((label, i) => this.joinTwo(label, b[i]));
    else this.protect(a ?? b, reason);
    return a ?? b;
  }

  /** Keeps positions from ever being cut; the first reason given for a label stays. */
  protect(axis: AxisLabels, reason: string): void {
    for (const label of axis ?? []) {
      const root = this.root(label);
      if (!this.reasons.has(root)) this.reasons.set(root, reason);
    }
  }

  /** Why the label must stay, or undefined. */
  reason(label: number): string | undefined {
    return this.reasons.get(this.root(label));
  }
}
