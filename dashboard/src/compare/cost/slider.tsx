import { useId } from 'react';
import classes from '../compare.module.css';

interface SliderProps {
  readonly label: string;
  /** Position: of a list of stops, or a number. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as people read it. */
  readonly text: string;
  readonly onChange: (value: number) => void;
}

/** The browser’s own slider: keys, touch and screen readers work by themselves. */
export function Slider({ label, value, min, max, step = 1, text, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className={classes['slider']}>
      <div className={classes['sliderHead']}>
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
