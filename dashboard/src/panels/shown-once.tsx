import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatMoment } from '../format/moment.ts';
import { words } from '../words.ts';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';

interface ShownOnceProps {
  readonly title: string;
  readonly text: string;
  /** What the value is called. */
  readonly label: string;
  readonly value: string;
  readonly copy: string;
  /** ISO time; null: it does not. */
  readonly expiresAt: string | null;
  readonly onClose: () => void;
  /** What to do with it. */
  readonly children?: ReactNode;
}

/** A secret that the service tells only now: to be copied before this window is closed. */
export function ShownOnce(props: ShownOnceProps) {
  const { title, text, label, value, copy, expiresAt, onClose, children } = props;
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      <Stack gap="md">
        <Text>{text}</Text>
        <TextInput
          label={label}
          value={value}
          readOnly
          onFocus={({ currentTarget }) => currentTarget.select()}
          classNames={{ input: 'mono' }}
        />
        <Group>
          <CopyButton text={() => value}>{copy}</CopyButton>
        </Group>
        {expiresAt !== null && <Text size="sm">{words.state.expires(formatMoment(expiresAt))}</Text>}
        {children}
        <Group justify="flex-end">
          <Button size="xs" onClick={onClose}>
            {words.state.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
