import { Stack, Text } from '@mantine/core';
import { useMe } from '../api/use-me.ts';
import { useProjectNames } from '../api/use-projects.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';

const text = words.settings;

/** Who we are, what that lets us do, and who does the rest. */
export function YouPanel() {
  const me = useMe().data ?? null;
  const nameOf = useProjectNames();
  if (me === null) return null;
  return (
    <Panel title={text.you} hint={text.kinds[me.kind]}>
      <Stack gap="xs" mt="sm">
        <Text fw={600}>{words.roles.signedInAs(me.name, words.roles.names[me.role])}</Text>
        <Text>{text.youMay[me.role]}</Text>
        {me.projects !== 'all' && <Text>{text.onlyIn(me.projects.map(nameOf).join(', '))}</Text>}
        {(me.role !== 'admin' || me.projects !== 'all') && <Text c="dimmed">{text.notAdmin}</Text>}
      </Stack>
    </Panel>
  );
}
