import { Text } from '@mantine/core';
import type { NewKey } from '../../../contract/access/keys.ts';
import { CommandLine } from '../panels/command-line.tsx';
import { ShownOnce } from '../panels/shown-once.tsx';
import { words } from '../words.ts';

const text = words.keyMade;

/** The only time that the key is shown, and how a program shows it. */
export function KeyMade({ made: { key, secret }, onClose }: { made: NewKey; onClose: () => void }) {
  return (
    <ShownOnce
      title={text.title}
      text={text.text}
      label={text.label}
      value={secret}
      copy={text.copy}
      expiresAt={key.expiresAt}
      onClose={onClose}
    >
      <Text>{text.use}</Text>
      <CommandLine command={text.example(window.location.origin)} />
    </ShownOnce>
  );
}
