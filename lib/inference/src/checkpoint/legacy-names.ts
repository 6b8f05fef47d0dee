/**
 * Names that entries of published files have from before torchvision changed them: DenseNet's layers until 0.3, which
 * had the number after a dot, and the dense layers of ViT until 0.14.
 */
const CHANGED: ReadonlyArray<readonly [old: RegExp, now: string]> = [
  [
    /^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\.)(weight|bias|running_mean|running_var|num_batches_tracked)$/,
    '$1$2$3',
  ],
  [/^(.*encoder_layer_\d+\.mlp)\.linear_1\.(weight|bias)$/, '$1.0.$2'],
  [/^(.*encoder_layer_\d+\.mlp)\.linear_2\.(weight|bias)$/, '$1.3.$2'],
];

/** The name that a network has for an entry today, where it has none of the entry's own name. */
export function currentName(name: string, wanted: ReadonlySet<string>): string {
  if (wanted.has(name)) return name;
  const [old, now] = CHANGED.find(([pattern]) => pattern.test(name)) ?? [];
  const renamed = old && now ? name.replace(old, now) : name;
  return wanted.has(renamed) ? renamed : name;
}
