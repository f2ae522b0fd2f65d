import type { LoadReportBody } from '../../../contract/load-report.ts';
import { axisUnits } from '../../../turn/load/headline.ts';
import { formatMs, formatUs } from '../format/measure.ts';
import matrix from '../panels/matrix.module.css';
import { Panel } from '../panels/panel.tsx';
import { ScrollBox } from '../panels/scroll-box.tsx';
import { type Tone, toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';
import { type Heat, heatOf, heats, type StepGroup, spreadOf } from './step-groups.ts';

const text = words.load.heat;
const percentiles = ['p50Us', 'p90Us', 'p99Us', 'p999Us', 'maxUs'] as const;
type Percentile = (typeof percentiles)[number];

const tones: Readonly<Record<Heat, Tone>> = { low: 'good', middle: 'info', near: 'limited', beyond: 'bad' };

interface HeatPanelProps {
  readonly body: LoadReportBody;
  readonly groups: readonly StepGroup[];
}

/** Delays of every step as a table whose cells say in colour, icon and word how they lie to the limit. */
export function HeatPanel({ body, groups }: HeatPanelProps) {
  const { p99Ms } = body.profile.stop;
  const limit = formatMs(p99Ms);
  return (
    <Panel title={text.title} hint={text.hint(limit)}>
      <ScrollBox label={text.title}>
        <table className={matrix['matrix']}>
          <caption className="visually-hidden">{text.title}</caption>
          <thead>
            <tr>
              <th scope="col" className={matrix['corner']}>
                {text.corner}
              </th>
              {percentiles.map((key) => (
                <th key={key} scope="col">
                  {words.load.percentiles[key]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.offered}>
                <th scope="row" className="number">
                  {words.load.amountOf(group.offered, axisUnits[body.axis])}
                </th>
                {percentiles.map((key) => (
                  <td key={key}>
                    <Cell group={group} percentile={key} limitUs={p99Ms * 1000} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <Legend limit={limit} hasLimited={groups.some(isLimited)} />
    </Panel>
  );
}

/** Every run had to do with the generator's limit at this step. */
function isLimited({ measured, limited }: StepGroup): boolean {
  return measured.length === 0 && limited.length > 0;
}

interface CellProps {
  readonly group: StepGroup;
  readonly percentile: Percentile;
  readonly limitUs: number;
}

function Cell({ group, percentile, limitUs }: CellProps) {
  const { measured, limited } = group;
  const ofGenerator = isLimited(group);
  const spread = spreadOf(ofGenerator ? limited : measured, ({ roundTrip }) => roundTrip[percentile]);
  if (spread === null) return <span className={matrix['untried']}>{text.nothing}</span>;
  const heat = heatOf(spread.middle, limitUs);
  const tone = ofGenerator ? 'unknown' : tones[heat];
  const Icon = toneIcons[tone];
  return (
    <div className={matrix['cell']} data-tone={tone}>
      <Icon size={15} aria-hidden />
      <strong className="number">{formatUs(spread.middle)}</strong>
      <small>{ofGenerator ? text.limited : text.words[heat]}</small>
    </div>
  );
}

function Legend({ limit, hasLimited }: { limit: string; hasLimited: boolean }) {
  const means = text.means(limit);
  const rows = [
    ...heats.map((heat) => ({ tone: tones[heat], meaning: means[heat] })),
    ...(hasLimited ? [{ tone: 'unknown' as const, meaning: text.limitedMeans }] : []),
  ];
  return (
    <ul className={matrix['legend']} aria-label={text.legend}>
      {rows.map(({ tone, meaning }) => {
        const Icon = toneIcons[tone];
        return (
          <li key={tone}>
            <Icon size={15} aria-hidden />
            {meaning}
          </li>
        );
      })}
    </ul>
  );
}
