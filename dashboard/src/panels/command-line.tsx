import { words } from '../words.ts';
import classes from './command-line.module.css';
import { CopyButton } from './copy-button.tsx';

/** A command to run elsewhere, and a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className={classes['command']}>
      <code className="mono">{command}</code>
      <CopyButton text={() => command}>{words.state.copyCommand}</CopyButton>
    </div>
  );
}
