import { type ReactNode, useId } from 'react';
import { words } from '../words.ts';
import classes from './slider.module.css';

interface SliderProps {
  readonly label: string;
  /** Position: of a list of stops, or a number. */
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly step?: number;
  /** The value as people read it. */
  readonly text: string;
  readonly onChange: (value: number) => void;
}

/** The browser’s own slider: keys, touch and screen readers work by themselves. */
export function Slider({ label, value, min = 0, max, step = 1, text, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className={classes['slider']}>
      <div className={classes['head']}>
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id} className="number">
          {text}
        </output>
      </div>
      <input
        id={id}
        type="range"
        value={value}
        min={min}
        max={max}
        step={step}
        aria-valuetext={text}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
    </div>
  );
}

interface StopSliderProps extends Pick<SliderProps, 'label' | 'value' | 'onChange'> {
  /** The values that can be chosen, ascending. */
  readonly stops: readonly number[];
  readonly read: (value: number) => string;
}

/** Values that grow faster than a slider does. */
export function StopSlider({ label, stops, value, read, onChange }: StopSliderProps) {
  return (
    <Slider
      label={label}
      value={nearestStop(stops, value)}
      max={stops.length - 1}
      text={read(value)}
      onChange={(index) => onChange(stops[index] ?? value)}
    />
  );
}

/** Index of the stop. */
export function nearestStop(stops: readonly number[], wanted: number): number {
  const distances = stops.map((stop) => Math.abs(stop - wanted));
  return distances.indexOf(Math.min(...distances));
}

/** Of a gigabyte, by the cent. */
export function PriceSlider(props: Pick<SliderProps, 'label' | 'value' | 'max' | 'onChange'>) {
  return <Slider {...props} step={0.01} text={words.units.price(props.value)} />;
}

/** Sliders side by side, as many as have room. */
export function Sliders({ children }: { children: ReactNode }) {
  return <div className={classes['sliders']}>{children}</div>;
}
