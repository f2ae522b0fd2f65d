import { formatCount, formatShare } from '../../format/measure.ts';
import { words } from '../../words.ts';
import classes from '../compare.module.css';
import { type CostQuestion, roomSizes } from './cost-question.ts';
import { Slider } from './slider.tsx';

const text = words.compare.cost;
const bitrates = [
  50, 100, 150, 200, 300, 450, 600, 800, 1_000, 1_200, 1_500, 2_000, 2_500, 3_000, 4_000,
] as const;
const uplinks = [500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000] as const;

interface CostSlidersProps {
  readonly question: CostQuestion;
  readonly change: (part: Partial<CostQuestion>) => void;
}

export function CostSliders({ question, change }: CostSlidersProps) {
  const { participants, media, relayedShare, pricePerGb, upKbps, shown } = question;
  const stops = (
    label: string,
    values: readonly number[],
    value: number,
    read: (value: number) => string,
    set: (value: number) => void,
  ) => (
    <Slider
      label={label}
      value={nearest(values, value)}
      min={0}
      max={values.length - 1}
      text={read(value)}
      onChange={(index) => set(values[index] ?? value)}
    />
  );
  return (
    <div className={classes['sliders']}>
      {stops(text.participants, roomSizes, participants, formatCount, (size) =>
        change({ participants: size }),
      )}
      {stops(text.kbps, bitrates, media.maxVideoKbps, text.mbps, (maxVideoKbps) =>
        change({ media: { ...media, maxVideoKbps } }),
      )}
      <Slider
        label={text.relayed}
        value={Math.round(relayedShare * 100)}
        min={0}
        max={100}
        step={5}
        text={formatShare(relayedShare)}
        onChange={(percent) => change({ relayedShare: percent / 100 })}
      />
      <Slider
        label={text.price}
        value={pricePerGb}
        min={0}
        max={0.5}
        step={0.01}
        text={text.perGb(pricePerGb)}
        onChange={(price) => change({ pricePerGb: price })}
      />
      {stops(text.uplink, uplinks, upKbps, text.mbps, (kbps) => change({ upKbps: kbps }))}
      <Slider
        label={text.shown}
        value={shown}
        min={1}
        max={49}
        text={text.pictures(shown)}
        onChange={(count) => change({ shown: count })}
      />
    </div>
  );
}

export function nearest(values: readonly number[], wanted: number): number {
  const distances = values.map((value) => Math.abs(value - wanted));
  return distances.indexOf(Math.min(...distances));
}
