import { Checkbox, NativeSelect, Stack } from '@mantine/core';
import { type Population, populationPaths } from '../../../contract/population.ts';
import { percentText } from '../../../simulate/percent-text.ts';
import { roomSizes } from '../compare/cost/cost-question.ts';
import { formatCount } from '../format/measure.ts';
import { nearestStop, PriceSlider, Slider, Sliders } from '../panels/slider.tsx';
import { words } from '../words.ts';
import { presets } from './presets.ts';
import classes from './simulate.module.css';
import { mixOf, pathsOf, type SimulateSearch } from './simulate-search.ts';

const text = words.simulate.question;
const offered = populationPaths.filter((path) => path !== 'direct');

interface QuestionFormProps {
  readonly preset: Population;
  readonly search: SimulateSearch;
  readonly change: (part: Partial<SimulateSearch>) => void;
}

export function QuestionForm({ preset, search, change }: QuestionFormProps) {
  return (
    <Stack gap="md">
      <div>
        <NativeSelect
          label={text.preset}
          data={presets.map(({ name }) => name)}
          value={preset.name}
          // The mix is that of the preset that was left.
          onChange={({ currentTarget }) => change({ preset: currentTarget.value, mix: undefined })}
          maw="18rem"
        />
        <p className={classes['about']}>{preset.about}</p>
      </div>
      <fieldset className={classes['group']}>
        <legend>{text.mix}</legend>
        <MixSliders preset={preset} search={search} change={change} />
      </fieldset>
      <OtherSliders preset={preset} search={search} change={change} />
      <Checkbox.Group
        label={text.paths}
        value={pathsOf(search, preset)}
        onChange={(chosen) =>
          change({ paths: ['direct', ...chosen.filter((path) => path !== 'direct')].join(',') })
        }
      >
        <div className={classes['paths']}>
          {offered.map((path) => (
            <Checkbox key={path} value={path} label={words.simulate.paths[path]} />
          ))}
        </div>
      </Checkbox.Group>
    </Stack>
  );
}

function MixSliders({ preset, search, change }: QuestionFormProps) {
  const weights = mixOf(search, preset);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (
    <Sliders>
      {Object.keys(preset.endpoints).map((name, index) => (
        <Slider
          key={name}
          label={name}
          value={weights[index] ?? 0}
          max={100}
          text={percentText((weights[index] ?? 0) / total)}
          onChange={(value) => change({ mix: weights.with(index, value).join(',') })}
        />
      ))}
    </Sliders>
  );
}

const lastSize = roomSizes.length - 1;

function OtherSliders({ preset, search, change }: QuestionFormProps) {
  const { v6, blocked, size } = search;
  const { turnPerGb, sfuPerGb } = preset.prices;
  const [turn, sfu] = [search.turn ?? turnPerGb.value, search.sfu ?? sfuPerGb.value];
  return (
    <Sliders>
      <Slider
        label={text.ipv6}
        value={v6 ?? 0}
        max={100}
        step={5}
        text={v6 === undefined ? text.asPreset : percentText(v6 / 100)}
        onChange={(value) => change({ v6: value })}
      />
      <Slider
        label={text.blocked}
        value={blocked}
        max={90}
        text={percentText(blocked / 100)}
        onChange={(value) => change({ blocked: value })}
      />
      <Slider
        label={text.size}
        value={size === undefined ? -1 : nearestStop(roomSizes, size)}
        min={-1}
        max={lastSize}
        text={size === undefined ? text.asPreset : formatCount(size)}
        onChange={(stop) => change({ size: roomSizes[stop] })}
      />
      <PriceSlider label={text.turn} value={turn} max={1} onChange={(value) => change({ turn: value })} />
      <PriceSlider label={text.sfu} value={sfu} max={1} onChange={(value) => change({ sfu: value })} />
    </Sliders>
  );
}
