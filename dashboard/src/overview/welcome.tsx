import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import {
  IconArrowsShuffle,
  IconBrowserCheck,
  IconRadar2,
  IconServerCog,
  IconStethoscope,
} from '@tabler/icons-react';
import { May } from '../access/may.tsx';
import { useServers } from '../api/use-servers.ts';
import type { ProbeView } from '../live/use-probe.ts';
import { words } from '../words.ts';
import { ProbeSteps } from './probe-steps.tsx';
import classes from './welcome.module.css';

const jobs = [
  { icon: IconStethoscope, ...words.welcome.jobs.diagnose },
  { icon: IconServerCog, ...words.welcome.jobs.validate },
  { icon: IconArrowsShuffle, ...words.welcome.jobs.compare },
] as const;

/** The first screen of an empty store: what this is, what a click does, and the click. */
export function Welcome({ probe, onStart }: { probe: ProbeView; onStart: () => void }) {
  useDocumentTitle(words.pageTitle(words.overview.title));
  const servers = useServers();
  const urls = (servers.data ?? []).filter(({ enabled }) => enabled).flatMap((server) => server.urls);
  return (
    <Stack gap="lg">
      <Paper withBorder className={classes['hero'] ?? ''}>
        <Stack gap="md" className={classes['lead'] ?? ''}>
          <Title order={1} className={classes['title'] ?? ''}>
            {words.welcome.title}
          </Title>
          <Text size="lg" c="dimmed">
            {words.welcome.lead}
          </Text>
          <Group gap="sm">
            <May who="operator">
              <Button
                size="md"
                onClick={onStart}
                loading={probe.state === 'running'}
                leftSection={<IconRadar2 size={20} aria-hidden />}
              >
                {words.probe.startFirst}
              </Button>
            </May>
            <Button
              size="md"
              component="a"
              href="/check"
              variant="default"
              leftSection={<IconBrowserCheck size={20} aria-hidden />}
            >
              {words.welcome.browser}
            </Button>
          </Group>
          <ProbeSteps probe={probe} />
        </Stack>
        <div className={classes['facts']}>
          <Title order={2}>{words.welcome.clickTitle}</Title>
          <dl>
            <dt>{words.welcome.what}</dt>
            <dd>{words.welcome.whatText}</dd>
            <dt>{words.welcome.where}</dt>
            <dd>
              {words.welcome.whereText}
              {urls.length > 0 && (
                <ul className={classes['urls']}>
                  {urls.map((url) => (
                    <li key={url} className="mono">
                      {url}
                    </li>
                  ))}
                </ul>
              )}
            </dd>
            <dt>{words.welcome.howLong}</dt>
            <dd>{words.welcome.howLongText}</dd>
          </dl>
        </div>
      </Paper>
      <SimpleGrid component="ul" cols={{ base: 1, sm: 3 }} className={classes['jobs'] ?? ''}>
        {jobs.map(({ icon: Icon, title, text, where }) => (
          <Paper component="li" withBorder p="lg" key={title} className={classes['job'] ?? ''}>
            <Icon size={26} stroke={1.6} aria-hidden />
            <Title order={2}>{title}</Title>
            <Text size="sm">{text}</Text>
            <Text size="sm" c="dimmed">
              {where}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
