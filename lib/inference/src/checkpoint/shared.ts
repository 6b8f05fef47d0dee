import type { BufferSlot, Module, ParameterSlot, StateEntry } from '../nn';

type Slot = ParameterSlot | BufferSlot;

/**
 * What safetensors' `save_model` keeps of tensors with several names: the first name by code points is an entry, and the
 * metadata maps the others to it.
 */
export function sharedOnce(net: Module): { kept: Array<[string, Slot]>; aliases: Record<string, string> } {
  const slots = net.namedSlots();
  const first = new Map<object, string>();
  for (const [name, { tensor }] of slots) {
    const known = first.get(tensor);
    if (known === undefined || name < known) first.set(tensor, name);
  }
  const keptName = ({ tensor }: Slot): string => first.get(tensor) as string;
  const others = slots.filter(([name, slot]) => keptName(slot) !== name);
  return {
    kept: slots.filter(([name, slot]) => keptName(slot) === name),
    aliases: Object.fromEntries(others.map(([name, slot]) => [name, keptName(slot)])),
  };
}

/** Entries of a file, those names included that its metadata maps to others, as far as the network has them. */
export function withAliases(
  net: Module,
  entries: Record<string, StateEntry>,
  metadata: Readonly<Record<string, string>>,
): Record<string, StateEntry> {
  const aliases = Object.entries(metadata).filter(([name, kept]) => !(name in entries) && kept in entries);
  if (aliases.length === 0) return entries;
  const wanted = new Set(net.namedSlots().map(([name]) => name));
  const restored = aliases.filter(([name]) => wanted.has(name)).map(([name, kept]) => [name, entries[kept]] as const);
  return { ...entries, ...Object.fromEntries(restored) };
}
