import type { Module } from '../../nn';

/** Where attention layers keep the number of their heads, and the width of all of them: in a field, or in an object there. */
const PLACES = [
  { holder: null, heads: 'numHeads', width: null },
  { holder: 'options', heads: 'numHeads', width: 'dim' },
  { holder: 'settings', heads: 'heads', width: 'hiddenSize' },
] as const;

type Fields = Record<string, unknown>;

/** The heads of an attention layer. */
interface HeadCounter {
  heads: number;
  /** Sets the number, and the width in proportion; other layers that share the settings keep theirs. */
  set(heads: number): void;
}

/** The counter of a module, or null where it has none that is known. */
export function headCounter(module: Module): HeadCounter | null {
  const own = module as unknown as Fields;
  for (const { holder, heads, width } of PLACES) {
    const fields = (holder === null ? own : own[holder]) as Fields | null | undefined;
    const count = fields?.[heads];
    if (!fields || typeof count !== 'number') continue;
    return {
      heads: count,
      set(kept) {
        if (holder === null) own[heads] = kept;
        else
          own[holder] = {
            ...fields,
            [heads]: kept,
            ...(width !== null && width in fields ? { [width]: ((fields[width] as number) * kept) / count } : {}),
          };
      },
    };
  }
  return null;
}
