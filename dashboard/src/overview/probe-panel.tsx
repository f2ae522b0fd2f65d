import { Button, Stack } from '@mantine/core';
import { IconRadar2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProbeRequest } from '../../../contract/api.ts';
import { useMay } from '../api/use-me.ts';
import type { ProbeView } from '../live/use-probe.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { ProbeSteps } from './probe-steps.tsx';
import { ProbeTests } from './probe-tests.tsx';

export function ProbePanel({ probe }: { probe: ProbeView }) {
  const mayStart = useMay('operator');
  const [wanted, setWanted] = useState<ProbeRequest>({});
  return (
    <Panel
      title={words.probe.title}
      hint={mayStart ? words.probe.hint : words.roles.operatorsStart}
      actions={
        mayStart && (
          <Button
            onClick={() => probe.start(wanted)}
            loading={probe.state === 'running'}
            leftSection={<IconRadar2 size={18} aria-hidden />}
          >
            {words.probe.start}
          </Button>
        )
      }
    >
      <Stack gap="md">
        {mayStart && <ProbeTests wanted={wanted} onChange={setWanted} />}
        <ProbeSteps probe={probe} />
      </Stack>
    </Panel>
  );
}
