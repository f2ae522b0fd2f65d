import { Button, Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from 'wouter';
import { KeysPanel } from '../access/keys-panel.tsx';
import { May } from '../access/may.tsx';
import { SessionsPanel } from '../access/sessions-panel.tsx';
import { YouPanel } from '../access/you-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { ProjectsPanel } from '../projects/projects-panel.tsx';
import { words } from '../words.ts';

const text = words.settings;

export function SettingsPage() {
  const audit = (
    <May who="admin" whole>
      <Button
        component={Link}
        href="/settings/audit"
        variant="default"
        leftSection={<IconHistory size={18} aria-hidden />}
      >
        {words.audit.title}
      </Button>
    </May>
  );
  return (
    <>
      <PageHead title={text.title} hint={text.hint} actions={audit} />
      <Stack gap="md">
        <YouPanel />
        <ProjectsPanel />
        <May who="admin" whole>
          <KeysPanel />
          <SessionsPanel />
        </May>
      </Stack>
    </>
  );
}
