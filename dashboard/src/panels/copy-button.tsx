import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { words } from '../words.ts';

interface CopyButtonProps {
  /** Made when the button is pressed. */
  readonly text: () => string;
  readonly children: string;
}

export function CopyButton({ text, children }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 2000 });
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      onClick={() => clipboard.copy(text())}
    >
      <span aria-live="polite">
        {clipboard.error !== null ? words.state.copyFailed : clipboard.copied ? words.state.copied : children}
      </span>
    </Button>
  );
}
