import { Button } from '@mantine/core';
import { IconRadar2 } from '@tabler/icons-react';
import type { ProbeView } from '../live/use-probe.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { ProbeSteps } from './probe-steps.tsx';

export function ProbePanel({ probe }: { probe: ProbeView }) {
  return (
    <Panel
      title={words.probe.title}
      hint={words.probe.hint}
      actions={
        <Button
          onClick={probe.start}
          loading={probe.state === 'running'}
          leftSection={<IconRadar2 size={18} aria-hidden />}
        >
          {words.probe.start}
        </Button>
      }
    >
      <ProbeSteps probe={probe} />
    </Panel>
  );
}
