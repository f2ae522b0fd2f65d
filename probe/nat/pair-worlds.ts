/**
 * Everything two NATs may be as far as two reports know, and in which of these worlds they connect directly. What was
 * not measured is not guessed: it multiplies the worlds.
 */
import type { Behaviour } from '../../contract/nat-report.ts';
import { behaviourClasses } from './finding.ts';
import { crosses, type Engine, type FilterScope, type NatKind, punchClass } from './punch-class.ts';

/** What a NAT is, or may be. */
export interface NatView {
  readonly mapping: readonly Behaviour[];
  readonly filtering: readonly Behaviour[];
  readonly engines: readonly Engine[];
  readonly filterScopes: readonly FilterScope[];
}

export interface World {
  readonly a: NatKind;
  readonly b: NatKind;
  readonly direct: boolean;
}

export const anyEngine: readonly Engine[] = ['session', 'table'];
export const anyScope: readonly FilterScope[] = ['mapping', 'endpoint'];

function kindsOf({ mapping, filtering, engines, filterScopes }: NatView): NatKind[] {
  return classesOf(mapping).flatMap((m) =>
    classesOf(filtering).flatMap((f) =>
      engines.flatMap((engine) =>
        filterScopes.map((scope): NatKind => ({ mapping: m, filtering: f, engine, scope })),
      ),
    ),
  );
}

function classesOf(possible: readonly Behaviour[]) {
  if (possible.includes('inconclusive')) return behaviourClasses;
  return behaviourClasses.filter((name) => possible.includes(name));
}

export function worldsOf(a: NatView, b: NatView): World[] {
  const kindsOfB = kindsOf(b);
  return kindsOf(a).flatMap((x) =>
    kindsOfB.map((y): World => ({ a: x, b: y, direct: crosses(punchClass(x), punchClass(y)) })),
  );
}

/** The same classes of NAT in all of them: what is left open is not seen by RFC 5780 tests. */
export function byClasses(worlds: readonly World[]): World[][] {
  const groups = new Map<string, World[]>();
  for (const world of worlds) {
    const key = [world.a.mapping, world.a.filtering, world.b.mapping, world.b.filtering].join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [world]);
    else group.push(world);
  }
  return [...groups.values()];
}

/** Direct in all of them, in none, or null: they differ. */
export function agreed(worlds: readonly World[]): boolean | null {
  const [first] = worlds;
  if (first === undefined) return null;
  return worlds.every(({ direct }) => direct === first.direct) ? first.direct : null;
}

/** Where it was not measured, a filter is taken to remember peers per mapping, as conntrack's does. */
export function usual(worlds: readonly World[]): World[] {
  const scopeOf = (end: 'a' | 'b') =>
    worlds.some((w) => w[end].scope === 'mapping') ? 'mapping' : 'endpoint';
  const [scopeA, scopeB] = [scopeOf('a'), scopeOf('b')];
  return worlds.filter(({ a, b }) => a.scope === scopeA && b.scope === scopeB);
}

export interface Decider {
  readonly end: 'A' | 'B';
  readonly what: 'engine' | 'scope';
}

const deciders: readonly Decider[] = (['A', 'B'] as const).flatMap((end) =>
  (['engine', 'scope'] as const).map((what) => ({ end, what })),
);

/** The properties that change the outcome in some world, all else being equal. */
export function decidersOf(worlds: readonly World[]): Decider[] {
  return deciders.filter(({ end, what }) => {
    const elseEqual = new Map<string, boolean>();
    return worlds.some(({ a, b, direct }) => {
      const kinds = end === 'A' ? [{ ...a, [what]: null }, b] : [a, { ...b, [what]: null }];
      const key = JSON.stringify(kinds);
      const known = elseEqual.get(key);
      elseEqual.set(key, direct);
      return known !== undefined && known !== direct;
    });
  });
}
