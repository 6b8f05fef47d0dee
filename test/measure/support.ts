import { models, type measure, type nn } from 'scalable-inference';

/** [channels, height, width] of PyTorch to this library's input shape. */
export function inputShape([channels, height, width]: readonly number[], batch = 1): number[] {
  return [batch, height, width, channels];
}

/** Runs `body` with a model and frees it afterwards. */
export function withModel(name: string, body: (net: nn.Module) => void): void {
  const net = models.create(name, { seed: 0 });
  try {
    body(net);
  } finally {
    net.dispose();
  }
}

/** The tree's nodes by path. */
export function nodesByPath(tree: measure.TreeNode): Map<string, measure.TreeNode> {
  const found = new Map<string, measure.TreeNode>();
  const visit = (node: measure.TreeNode): void => {
    found.set(node.path, node);
    node.children.forEach(visit);
  };
  visit(tree);
  return found;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
