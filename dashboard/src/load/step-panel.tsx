import { type ReactNode, useCallback } from 'react';
import { Chart } from '../charts/chart.tsx';
import type { Ink } from '../charts/ink.ts';
import { LineLegend } from '../charts/line-legend.tsx';
import { Panel } from '../panels/panel.tsx';
import { drawSteps } from './draw-steps.ts';
import { pictureTable, type StepPicture } from './step-picture.ts';

/** @param picture the same object as long as it shows the same */
export function StepPanel({ picture, children }: { picture: StepPicture; children?: ReactNode }) {
  const draw = useCallback((ink: Ink) => drawSteps(picture, ink), [picture]);
  const { title, hint, finding, lines, guides } = picture;
  return (
    <Panel title={title} hint={hint}>
      <Chart
        finding={finding}
        height={280}
        draw={draw}
        legend={<LineLegend lines={[...lines, ...guides]} />}
        table={pictureTable(picture)}
      />
      {children}
    </Panel>
  );
}
