/** How compared paths are told apart in charts: the colour of their kind, and a dash of their own. */
import { type ComparePath, pathKindOf } from '../../../contract/compare-path.ts';
import { type Ink, pathDashes } from '../charts/ink.ts';

const ownDashes: Partial<Readonly<Record<ComparePath, readonly number[]>>> = {
  'sfu-janus': [3, 3],
  'relay-tcp': [7, 3],
  'relay-tls': [10, 3, 2, 3, 2, 3],
};

export function dashOf(path: ComparePath): readonly number[] {
  return ownDashes[path] ?? pathDashes[pathKindOf(path)];
}

export function colorOf(path: ComparePath, ink: Ink): string {
  return ink.path[pathKindOf(path)];
}
