/** A {@link StepPicture} with the colours of the page. */
import { figures, lineLook, numberAxis, overNumbers, readout, valueAxis } from '../charts/axes.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { type Ink, inkOf } from '../charts/ink.ts';
import { uprightMarkPlugin } from '../charts/upright-marks.ts';
import { type Whisker, whiskerPlugin } from '../charts/whiskers.ts';
import { words } from '../words.ts';
import type { StepPicture } from './step-picture.ts';

/** A delay of nothing has no place on a logarithmic axis: one microsecond is the least that is told. */
const least = 1;

export function drawSteps(picture: StepPicture, ink: Ink): ChartSpec {
  const { groups, lines, guides, marks, x, y, isLogarithmic, read } = picture;
  const place = (value: number) => (isLogarithmic ? Math.max(least, value) : value);
  const end = (groups.at(-1)?.offered ?? 1) * 1.05;
  const drawn = lines.map((line) => {
    const spreads = groups.flatMap((group) => {
      const spread = line.at(group);
      return spread === null ? [] : [{ x: group.offered, spread }];
    });
    return { line, spreads };
  });
  const whiskers = drawn.flatMap(({ line, spreads }) =>
    spreads
      .filter(({ spread }) => spread.low < spread.high)
      .map(
        ({ x: at, spread }): Whisker => ({
          x: at,
          low: place(spread.low),
          high: place(spread.high),
          color: inkOf(line.color, ink),
        }),
      ),
  );
  const values = [
    ...drawn.flatMap(({ spreads }) => spreads.flatMap(({ spread: { low, high } }) => [low, high])),
    ...guides.flatMap(({ at }) => (isLogarithmic ? [at(end)] : [])),
  ].map(place);
  return {
    kind: 'line',
    plugins: [whiskerPlugin(whiskers), uprightMarkPlugin(marks, ink.text)],
    data: {
      datasets: [
        ...drawn.map(({ line: { label, color, dash }, spreads }) => ({
          label,
          data: spreads.map(({ x: at, spread }) => ({ x: at, y: place(spread.middle) })),
          ...lineLook(inkOf(color, ink), dash, ink),
          pointRadius: 3,
        })),
        ...guides.map(({ label, color, dash, at }) => ({
          label,
          data: [0, end].map((offered) => ({ x: offered, y: place(at(offered)) })),
          ...lineLook(inkOf(color, ink), dash, ink),
          borderWidth: 1.5,
          pointRadius: 0,
          pointHitRadius: 0,
        })),
      ],
    },
    options: {
      ...overNumbers,
      scales: {
        x: {
          ...numberAxis(ink, { min: 0, max: end }, x),
          ticks: {
            ...figures(ink),
            includeBounds: false,
            callback: (value) => words.load.amount(Number(value)),
          },
        },
        y: {
          type: isLogarithmic ? 'logarithmic' : 'linear',
          ...(isLogarithmic ? decades(values) : { min: 0 }),
          ...valueAxis(ink, y),
          ticks: {
            ...figures(ink),
            callback: (value) => (isLogarithmic && !isDecade(Number(value)) ? null : read(Number(value))),
          },
        },
      },
      plugins: readout(({ parsed }) => `${words.load.amount(parsed.x ?? 0)} ${x}`, read),
    },
  };
}

/** Whole powers of ten around all values. */
function decades(values: readonly number[]): { readonly min: number; readonly max: number } {
  const power = (value: number, round: (exponent: number) => number) => 10 ** round(Math.log10(value));
  const [lowest, highest] = values.length === 0 ? [least, least] : [Math.min(...values), Math.max(...values)];
  const min = power(lowest, Math.floor);
  return { min, max: Math.max(10 * min, power(highest, Math.ceil)) };
}

function isDecade(value: number): boolean {
  return Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
}
