import type { Dependencies, Member } from './flow';

/** Positions of one channel along one axis of one parameter. */
export interface Place {
  member: Member;
  indices: number[];
}

/** What is cut as one: a channel with all that depends on it, a group of a grouped convolution, or a head of attention. */
export interface Unit {
  label: number;
  places: Place[];
}

/** Units that lie in the same parameters: layers that can only be cut together. */
export interface Group {
  /** Path of the first layer that makes the channels. */
  name: string;
  /** Paths of all modules with a parameter that is cut, in the network's order. */
  layers: string[];
  /** Those of them that do more with the channels than read them. */
  makers: string[];
  kind: 'channels' | 'groups' | 'heads';
  units: Unit[];
  /** Channels of the first layer that a unit stands for. */
  unitWidth: number;
  /** Why none of it can be cut; undefined where it can. */
  reason?: string;
}

/** Sorts the channels of a network into groups. Channels that no layer makes, such as the input's, belong to none. */
export function groupsOf(dependencies: Dependencies): Group[] {
  const bySignature = new Map<string, Unit[]>();
  for (const unit of unitsOf(dependencies).values()) {
    if (!unit.places.some(({ member }) => member.role === 'out')) continue;
    const reason = dependencies.labels.reason(unit.label) ?? '';
    const places = unit.places.map(
      ({ member, indices }) => `${dependencies.members.indexOf(member)}x${indices.length}`,
    );
    const signature = `${reason}|${places.join()}`;
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), unit]);
  }
  return [...bySignature.values()].map((units) => describe(units, dependencies));
}

function unitsOf({ labels, members }: Dependencies): Map<number, Unit> {
  const units = new Map<number, Unit>();
  for (const member of members) {
    member.labels.forEach((label, index) => {
      const root = labels.root(label);
      const unit = units.get(root) ?? { label: root, places: [] };
      const last = unit.places.at(-1);
      if (last?.member === member) last.indices.push(index);
      else unit.places.push({ member, indices: [index] });
      units.set(root, unit);
    });
  }
  return units;
}

function describe(units: Unit[], { labels, counted }: Dependencies): Group {
  const [{ label, places }] = units;
  const maker = places.find(({ member }) => member.role === 'out') as Place;
  const setting = counted.find((each) => each.labels.some((other) => labels.root(other) === label))?.setting;
  const kind = setting === 'heads' ? 'heads' : maker.indices.length > 1 && setting === 'groups' ? 'groups' : 'channels';
  const reason = labels.reason(label);
  const paths = (of: readonly Place[]): string[] => [...new Set(of.map(({ member }) => member.path))];
  return {
    name: maker.member.path,
    layers: paths(places),
    makers: paths(places.filter(({ member }) => member.role !== 'in')),
    kind,
    units,
    unitWidth: kind === 'heads' ? headWidth(maker) : maker.indices.length,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A head lies in queries, keys and values: its width is one run of neighbouring positions. */
function headWidth({ indices }: Place): number {
  const gap = indices.findIndex((index, i) => i > 0 && index !== indices[i - 1] + 1);
  return gap < 0 ? indices.length : gap;
}
