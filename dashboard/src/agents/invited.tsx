import { Text } from '@mantine/core';
import type { NewAgentToken } from '../../../contract/fleet/agent.ts';
import { CommandLine } from '../panels/command-line.tsx';
import { ShownOnce } from '../panels/shown-once.tsx';
import { words } from '../words.ts';

const text = words.invited;

/** The only time that the token is shown, and what to do with it. */
export function Invited({ made, onClose }: { made: NewAgentToken; onClose: () => void }) {
  return (
    <ShownOnce
      title={text.title}
      text={text.tokenText}
      label={text.token}
      value={made.token}
      copy={text.copy}
      expiresAt={made.invitation.expiresAt}
      onClose={onClose}
    >
      <Text>{text.text}</Text>
      <CommandLine command={text.store} />
      <Text>{text.next}</Text>
      <CommandLine command={text.start(window.location.origin, made.invitation.region)} />
    </ShownOnce>
  );
}
