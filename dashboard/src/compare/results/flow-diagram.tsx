import { useMemo } from 'react';
import { type Flow, flowsOf } from '../../../../compare/flows.ts';
import type { CompareRun } from '../../../../contract/comparison.ts';
import { Figure } from '../../charts/figure.tsx';
import { formatBytes, formatShare } from '../../format/measure.ts';
import { Panel } from '../../panels/panel.tsx';
import { ScrollBox } from '../../panels/scroll-box.tsx';
import { words } from '../../words.ts';
import classes from './flow-diagram.module.css';
import { type Band, type Box, layOut, stagesOf, weightOf } from './sankey-layout.ts';

const text = words.compare.flows;
const size = { width: 760, height: 240, boxWidth: 12, gap: 18 } as const;
/** Above the boxes, for the names of the stages. */
const headRoom = 24;

/** Interface → candidate → pair → path, each band as thick as the bytes that went that way. */
export function FlowDiagram({ runs }: { runs: readonly CompareRun[] }) {
  const flows = useMemo(() => flowsOf(runs), [runs]);
  const { boxes, bands } = useMemo(() => layOut(flows, size), [flows]);
  if (flows.length === 0) return null;
  const finding = findingOf(flows);
  return (
    <Panel title={text.title} hint={text.hint}>
      <Figure
        finding={finding}
        table={{
          caption: text.title,
          columns: text.columns,
          rows: flows.map((flow) => [
            ...stagesOf(flow).map(nameOf),
            String(flow.links),
            formatBytes(flow.bytes),
          ]),
        }}
      >
        <ScrollBox label={text.title}>
          <svg
            className={classes['drawing']}
            viewBox={`0 0 ${size.width} ${size.height + headRoom}`}
            role="img"
            aria-label={finding}
          >
            {text.stages.map((stage, index) => (
              <text
                key={stage}
                className={classes['stage']}
                x={(index * (size.width - size.boxWidth)) / 3 + (index === 3 ? size.boxWidth : 0)}
                y={14}
                textAnchor={index === 3 ? 'end' : 'start'}
              >
                {stage}
              </text>
            ))}
            <g transform={`translate(0 ${headRoom})`}>
              {bands.map((band) => (
                <path
                  key={`${band.from} ${band.to} ${stagesOf(band.flow).join(' ')}`}
                  className={classes['band']}
                  d={outline(band)}
                  fill={`var(--path-${band.flow.path})`}
                />
              ))}
              {boxes.map((box) => (
                <BoxMark key={`${box.stage} ${box.key}`} box={box} />
              ))}
            </g>
          </svg>
        </ScrollBox>
      </Figure>
    </Panel>
  );
}

function BoxMark({ box }: { box: Box }) {
  const isLast = box.stage === 3;
  return (
    <>
      <rect
        className={classes['box']}
        x={box.x}
        y={box.y}
        width={size.boxWidth}
        height={Math.max(2, box.height)}
      />
      <text
        className={classes['label']}
        x={isLast ? box.x - 6 : box.x + size.boxWidth + 6}
        y={box.y + box.height / 2}
        textAnchor={isLast ? 'end' : 'start'}
        dominantBaseline="middle"
      >
        {nameOf(box.key, box.stage)} · {formatShare(box.share)}
      </text>
    </>
  );
}

/** A ribbon that leaves and arrives level. */
function outline({ fromX, fromY, toX, toY, thickness }: Band): string {
  const middle = (fromX + toX) / 2;
  const [fromEnd, toEnd] = [fromY + thickness, toY + thickness];
  return `M${fromX},${fromY}C${middle},${fromY} ${middle},${toY} ${toX},${toY}L${toX},${toEnd}C${middle},${toEnd} ${middle},${fromEnd} ${fromX},${fromEnd}Z`;
}

function nameOf(key: string, stage: number): string {
  if (stage === 0 && key in text.networks) return text.networks[key as keyof typeof text.networks];
  if (stage === 3 && key in words.paths) return words.paths[key as keyof typeof words.paths];
  return key;
}

/** Where most of it went. */
function findingOf(flows: readonly Flow[]): string {
  const total = flows.reduce((sum, flow) => sum + weightOf(flow), 0);
  return flows
    .slice(0, 2)
    .map((flow) => text.finding(formatShare(weightOf(flow) / total), flow.pair, words.paths[flow.path]))
    .join(' ');
}
