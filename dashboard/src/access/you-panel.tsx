import { SimpleGrid } from '@mantine/core';
import { useMe } from '../api/use-me.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';

const text = words.settings;

/** Who we are, what that lets us do, and who does the rest. */
export function YouPanel() {
  const me = useMe().data ?? null;
  if (me === null) return null;
  return (
    <Panel title={text.you} hint={text.kinds[me.kind]}>
      <SimpleGrid component="dl" cols={{ base: 1, sm: 2 }} m={0}>
        <div>
          <dt>{text.name}</dt>
          <dd>{me.name}</dd>
        </div>
        <div>
          <dt>{text.role}</dt>
          <dd>
            {words.roles.names[me.role]} – {words.roles.means[me.role]}
          </dd>
        </div>
      </SimpleGrid>
      {me.role !== 'admin' && <p>{text.notAdmin}</p>}
    </Panel>
  );
}
