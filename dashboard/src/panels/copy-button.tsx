import { Button } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { words } from '../words.ts';
import { copyText } from './copy-text.ts';

interface CopyButtonProps {
  /** Made when the button is pressed. */
  readonly text: () => string;
  readonly children: string;
  /** What is copied, for those who do not see where the button stands: `of S17`. */
  readonly about?: string;
}

/** Says for two seconds whether it worked. */
export function CopyButton({ text, children, about }: CopyButtonProps) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const { start } = useTimeout(() => setCopied(null), 2000);
  const Icon = copied === true ? IconCheck : IconCopy;

  async function copy(): Promise<void> {
    setCopied(await copyText(text()));
    start();
  }

  return (
    <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />} onClick={copy}>
      <span aria-live="polite">
        {copied === null ? children : copied ? words.state.copied : words.state.copyFailed}
      </span>
      {about !== undefined && <span className="visually-hidden">&nbsp;{about}</span>}
    </Button>
  );
}
