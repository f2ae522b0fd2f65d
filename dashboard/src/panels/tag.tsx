import classes from './tone.module.css';
import { type Tone, toneIcons } from './tone.ts';

/** A state as icon, word and colour. */
export function Tag({ tone, children }: { tone: Tone; children: string }) {
  const Icon = toneIcons[tone];
  return (
    <span className={classes['tag']} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {children}
    </span>
  );
}
