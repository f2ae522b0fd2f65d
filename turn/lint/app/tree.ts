/** A configuration file of an application, whatever its syntax: maps, lists and values, each with its place. Pure. */
export interface Spot {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export type Tree =
  | { readonly kind: 'map'; readonly at: Spot; readonly entries: readonly TreeEntry[] }
  | { readonly kind: 'list'; readonly at: Spot; readonly items: readonly Tree[] }
  | { readonly kind: 'value'; readonly at: Spot; readonly value: string | number | boolean | null };

export interface TreeEntry {
  readonly key: string;
  /** Of the key. */
  readonly at: Spot;
  readonly value: Tree;
}

/** The value at a path of keys; undefined where there is none. The last of equal keys counts. */
export function at(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (found, key) =>
      found?.kind === 'map' ? found.entries.findLast((entry) => entry.key === key)?.value : undefined,
    tree,
  );
}

export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

export interface Text extends Spot {
  readonly text: string;
}

/** A string or number as text; undefined for anything else. */
export function textOf(tree: Tree | undefined): Text | undefined {
  if (tree?.kind !== 'value' || tree.value === null || typeof tree.value === 'boolean') return undefined;
  return { text: String(tree.value), ...tree.at };
}

export function isTrue(tree: Tree | undefined): boolean {
  return tree?.kind === 'value' && tree.value === true;
}

/** A value that was text inside of another file; everything in it stands where that text stands. */
export function treeOf(value: unknown, spot: Spot): Tree {
  if (Array.isArray(value)) {
    return { kind: 'list', at: spot, items: value.map((item) => treeOf(item, spot)) };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => ({
      key,
      at: spot,
      value: treeOf(item, spot),
    }));
    return { kind: 'map', at: spot, entries };
  }
  const scalar = ['string', 'number', 'boolean'].includes(typeof value)
    ? (value as string | number | boolean)
    : null;
  return { kind: 'value', at: spot, value: scalar };
}
