/** The answer as stacked bars, and the same as rows of a table. Pure. */
import type { Estimated, LinkOutcome, SimulationReportBody } from '../../../contract/simulation-report.ts';
import { percentText } from '../../../simulate/percent-text.ts';
import type { ChartTable } from '../charts/chart-table.ts';
import { words } from '../words.ts';

const text = words.simulate.answer;

/** In the order in which they lie in a bar. */
export const segments = ['direct', 'relay-udp', 'relay-tcp', 'relay-tls', 'relay', 'sfu', 'none'] as const;
export type Segment = (typeof segments)[number];

export interface OutcomeBar {
  readonly label: string;
  readonly parts: readonly {
    readonly segment: Segment;
    readonly share: Pick<Estimated, 'value'> & Partial<Estimated>;
  }[];
}

export function outcomeBars({ pairs, roomOutcomes, bySize }: SimulationReportBody): OutcomeBar[] {
  const links = Object.entries(pairs.outcomes) as [LinkOutcome, Estimated][];
  const { direct, relay, sfu, short } = roomOutcomes;
  const ofRooms = <T>(parts: Readonly<Record<'direct' | 'relay' | 'sfu' | 'none', T>>) =>
    (['direct', 'relay', 'sfu', 'none'] as const).map((segment) => ({ segment, share: parts[segment] }));
  return [
    { label: text.pairs, parts: links.map(([segment, share]) => ({ segment, share })) },
    { label: text.rooms, parts: ofRooms({ direct, relay, sfu, none: short }) },
    ...(bySize.length > 1 ? bySize : []).map(({ participants, outcomes }) => ({
      label: text.roomsOf(participants),
      parts: ofRooms({
        direct: { value: outcomes.direct },
        relay: { value: outcomes.relay },
        sfu: { value: outcomes.sfu },
        none: { value: outcomes.short },
      }),
    })),
  ];
}

export function shareIn({ parts }: OutcomeBar, wanted: Segment): number {
  return parts.find(({ segment }) => segment === wanted)?.share.value ?? 0;
}

/** Segments that any of the bars shows. */
export function usedSegments(bars: readonly OutcomeBar[]): Segment[] {
  return segments.filter((segment) => bars.some((bar) => shareIn(bar, segment) > 0));
}

/** 95 % by inputs, where they can be read off the axis: what is direct from its left end, what is missing from its right. */
export function barIntervals(bars: readonly OutcomeBar[]) {
  return bars.flatMap(({ parts }, index) =>
    parts.flatMap(({ segment, share: { inputs } }) => {
      if (inputs === undefined || inputs[0] === inputs[1]) return [];
      const [low, high] = inputs;
      if (segment === 'direct') return [{ index, low, high }];
      return segment === 'none' ? [{ index, low: 1 - high, high: 1 - low }] : [];
    }),
  );
}

export function outcomeTable(bars: readonly OutcomeBar[]): ChartTable {
  return {
    caption: words.simulate.answer.title,
    columns: text.columns,
    rows: bars.flatMap(({ label, parts }) =>
      parts
        .filter(({ share: { value, inputs } }) => value > 0 || (inputs?.[1] ?? 0) > 0)
        .map(({ segment, share: { value, inputs } }) => [
          label,
          words.simulate.outcomes[segment],
          percentText(value),
          inputs === undefined ? '–' : intervalText(inputs, percentText),
        ]),
    ),
  };
}

export function intervalText(
  [low, high]: readonly [number, number],
  read: (value: number) => string,
): string {
  return low === high ? '–' : text.interval(read(low), read(high));
}
