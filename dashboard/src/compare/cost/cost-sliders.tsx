import { formatCount, formatShare } from '../../format/measure.ts';
import { PriceSlider, Slider, Sliders, StopSlider } from '../../panels/slider.tsx';
import { words } from '../../words.ts';
import { type CostQuestion, roomSizes } from './cost-question.ts';

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
  return (
    <Sliders>
      <StopSlider
        label={text.participants}
        stops={roomSizes}
        value={participants}
        read={formatCount}
        onChange={(size) => change({ participants: size })}
      />
      <StopSlider
        label={text.kbps}
        stops={bitrates}
        value={media.maxVideoKbps}
        read={text.mbps}
        onChange={(maxVideoKbps) => change({ media: { ...media, maxVideoKbps } })}
      />
      <Slider
        label={text.relayed}
        value={Math.round(relayedShare * 100)}
        max={100}
        step={5}
        text={formatShare(relayedShare)}
        onChange={(percent) => change({ relayedShare: percent / 100 })}
      />
      <PriceSlider
        label={text.price}
        value={pricePerGb}
        max={0.5}
        onChange={(price) => change({ pricePerGb: price })}
      />
      <StopSlider
        label={text.uplink}
        stops={uplinks}
        value={upKbps}
        read={text.mbps}
        onChange={(kbps) => change({ upKbps: kbps })}
      />
      <Slider
        label={text.shown}
        value={shown}
        min={1}
        max={49}
        text={text.pictures(shown)}
        onChange={(count) => change({ shown: count })}
      />
    </Sliders>
  );
}
