import { Button } from '@mantine/core';
import { IconActivityHeartbeat, IconUserPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import { May } from '../access/may.tsx';
import { useMe } from '../api/use-me.ts';
import { CommandLine } from '../panels/command-line.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import classes from './monitors.module.css';

const text = words.monitors;

/** What to do while there is nothing to see: a first agent, a first monitor. */
export function FirstMonitor() {
  const service = window.location.origin;
  const isKnown = useMe().data?.kind === 'local';
  return (
    <Panel title={text.none}>
      <EmptyState
        icon={IconActivityHeartbeat}
        title={text.noneTitle}
        text={text.noneText}
        action={
          <May who="admin" whole>
            <Button
              component={Link}
              href="/agents"
              variant="default"
              leftSection={<IconUserPlus size={16} aria-hidden />}
            >
              {text.invite}
            </Button>
          </May>
        }
      />
      <div className={classes['commands']}>
        {!isKnown && <p className={classes['note']}>{text.needsToken}</p>}
        <h3>{text.noneAgent}</h3>
        <CommandLine command={text.agentCommand(service)} />
        <h3>{text.noneMonitor}</h3>
        <CommandLine command={text.monitorCommand(service, isKnown)} />
      </div>
    </Panel>
  );
}
