import type { Path } from '../../../contract/basics.ts';
import { words } from '../words.ts';
import { pathDashes } from './ink.ts';
import { LineLegend, LineMark } from './line-legend.tsx';

interface PathLegendProps<P extends Path> {
  readonly paths: readonly P[];
  /** What the paths are called here. */
  readonly names?: Readonly<Record<P, string>>;
}

/** The lines of the paths, with colour and dash as in the chart. */
export function PathLegend<P extends Path>({ paths, names }: PathLegendProps<P>) {
  const lines = paths.map((path) => ({
    key: path,
    color: path,
    dash: pathDashes[path],
    label: (names ?? words.paths)[path],
  }));
  return <LineLegend lines={lines} />;
}

export function PathMark({ path }: { path: Path }) {
  return <LineMark color={path} dash={pathDashes[path]} />;
}
