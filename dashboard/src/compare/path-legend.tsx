import { type ComparePath, pathKindOf } from '../../../contract/compare-path.ts';
import { LineLegend } from '../charts/line-legend.tsx';
import { words } from '../words.ts';
import { dashOf } from './path-ink.ts';

export function ComparedPaths({ paths }: { paths: readonly ComparePath[] }) {
  const lines = paths.map((path) => ({
    key: path,
    color: pathKindOf(path),
    dash: dashOf(path),
    label: words.comparePaths[path],
  }));
  return <LineLegend lines={lines} />;
}
