import { useMemo } from 'react';
import { diffLabReports } from '../../../contract/lab-diff.ts';
import type { LabCell, LabReportBody } from '../../../contract/lab-report.ts';
import { labCellKey } from '../../../contract/lab-words.ts';
import { useReportOf } from '../api/use-report-of.ts';
import { AboutPanel } from '../lab/about-panel.tsx';
import { CallsPanel } from '../lab/calls-panel.tsx';
import { CellEvidence } from '../lab/cell-evidence.tsx';
import { DiffPanel } from '../lab/diff-panel.tsx';
import { ExceptionsPanel } from '../lab/exceptions-panel.tsx';
import { labGrids } from '../lab/lab-grid.ts';
import { MatrixPanel } from '../lab/matrix-panel.tsx';
import { labPathBars } from '../lab/path-bars.ts';
import { useEarlierRuns } from '../lab/use-earlier-runs.ts';
import { writeSearch } from '../search/search-text.ts';
import { useSearchState } from '../search/use-search.ts';
import { RateBars } from '../statistics/rate-bars.tsx';
import { words } from '../words.ts';
import { runViewSchema } from './run-view.ts';

/** A matrix of the lab, and whatever it says about: path, cell and the run compared with stand in the URL. */
export function LabRun({ id, body }: { id: string; body: LabReportBody }) {
  const [view, change] = useSearchState(runViewSchema);
  const grids = useMemo(() => labGrids(body.cells), [body]);
  const bars = useMemo(
    () =>
      labPathBars(
        body.cells,
        (path) => `/runs/${id}?${writeSearch(runViewSchema, { ...view, path, cell: undefined })}`,
      ),
    [body, id, view],
  );
  const earlier = useEarlierRuns(body.scenario.name, id) ?? [];
  const before = view.with ?? earlier[0]?.id;
  const open = (cell: LabCell) => change({ cell: labCellKey(cell) });
  const chosen = body.cells.find((cell) => labCellKey(cell) === view.cell);
  const diff = useDiff(body, before);
  const changes = useMemo(
    () => new Map(diff?.differences.map(({ cell, change: what }) => [labCellKey(cell), what])),
    [diff],
  );
  const changeOf = (cell: LabCell) => {
    const found = changes.get(labCellKey(cell));
    return found === 'better' || found === 'worse' ? found : null;
  };
  return (
    <>
      <ExceptionsPanel cells={body.cells} open={open} />
      <MatrixPanel
        grids={grids}
        path={view.path}
        choosePath={(path) => change({ path })}
        open={open}
        changeOf={changeOf}
      />
      <CallsPanel cells={body.cells} />
      <RateBars {...words.lab.bars} bars={bars} what={words.lab.matrix.path} />
      {before !== undefined && (
        <DiffPanel
          earlier={earlier}
          before={before}
          choose={(other) => change({ with: other })}
          diff={diff}
          open={open}
        />
      )}
      <AboutPanel body={body} />
      {chosen !== undefined && (
        <CellEvidence
          key={view.cell}
          cell={chosen}
          runner={body.runner}
          close={() => change({ cell: undefined })}
        />
      )}
    </>
  );
}

/** `undefined`: nothing to compare with, or not there yet; null: it is no lab run. */
function useDiff(body: LabReportBody, before: string | undefined) {
  const earlier = useReportOf('lab-report', before);
  return useMemo(() => earlier && diffLabReports(earlier.body, body), [earlier, body]);
}
