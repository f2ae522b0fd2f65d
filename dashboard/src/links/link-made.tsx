import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { NewLink } from '../../../contract/links.ts';
import { formatMoment } from '../format/moment.ts';
import { CopyButton } from '../panels/copy-button.tsx';
import { Dialog } from '../panels/dialog.tsx';
import { words } from '../words.ts';

const text = words.linkMade;

/** The only time that the address is shown. */
export function LinkMade({ made: { link, path }, onClose }: { made: NewLink; onClose: () => void }) {
  const address = new URL(path, window.location.href).href;
  return (
    <Dialog title={text.title} size="lg" onClose={onClose}>
      <Stack gap="md">
        <Text>{text.text}</Text>
        <TextInput
          aria-label={text.title}
          value={address}
          readOnly
          onFocus={({ currentTarget }) => currentTarget.select()}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Text size="sm">{text.expires(formatMoment(link.expiresAt))}</Text>
        <Group justify="flex-end">
          <CopyButton text={() => address}>{text.copy}</CopyButton>
          <Button size="xs" onClick={onClose}>
            {words.state.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
