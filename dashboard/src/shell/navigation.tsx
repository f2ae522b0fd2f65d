import { NavLink, Stack, Text } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconBrowserCheck,
  IconChartBar,
  IconChartLine,
  IconGauge,
  IconGridDots,
  IconLink,
  IconListDetails,
  IconScale,
  IconServer,
  IconSettings,
  IconUsers,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useInfo } from '../api/use-info.ts';
import { useMe } from '../api/use-me.ts';
import { words } from '../words.ts';
import classes from './shell.module.css';
import { SignOut } from './sign-out.tsx';

const entries = [
  { href: '/', label: words.nav.overview, icon: IconChartLine },
  { href: '/runs', label: words.nav.runs, icon: IconListDetails },
  { href: '/statistics', label: words.nav.statistics, icon: IconChartBar },
  { href: '/compare', label: words.nav.compare, icon: IconScale },
  { href: '/simulate', label: words.nav.simulate, icon: IconUsersGroup },
  { href: '/lab', label: words.nav.lab, icon: IconGridDots },
  { href: '/load', label: words.nav.load, icon: IconGauge },
  { href: '/links', label: words.nav.links, icon: IconLink },
  { href: '/servers', label: words.nav.servers, icon: IconServer },
  { href: '/monitors', label: words.nav.monitors, icon: IconActivityHeartbeat },
  { href: '/agents', label: words.nav.agents, icon: IconWorld },
  { href: '/settings', label: words.nav.settings, icon: IconSettings },
] as const;

export function Navigation() {
  const [pathname] = useLocation();
  const info = useInfo();
  const me = useMe().data ?? null;
  const isHere = (href: string) => pathname === href || (href !== '/' && pathname.startsWith(`${href}/`));
  return (
    <Stack h="100%" justify="space-between">
      <Stack gap={4}>
        {entries.map(({ href, label, icon: Icon }) => (
          <NavLink
            key={href}
            className={classes['entry'] ?? ''}
            component={Link}
            href={href}
            label={label}
            active={isHere(href)}
            aria-current={isHere(href) ? 'page' : undefined}
            leftSection={<Icon size={18} aria-hidden />}
          />
        ))}
        <NavLink
          className={classes['entry'] ?? ''}
          href="/check"
          label={words.nav.check}
          description={words.nav.checkHint}
          leftSection={<IconBrowserCheck size={18} aria-hidden />}
        />
        <NavLink
          className={classes['entry'] ?? ''}
          href="/room"
          label={words.nav.rooms}
          description={words.nav.roomsHint}
          leftSection={<IconUsers size={18} aria-hidden />}
        />
      </Stack>
      <Stack gap="xs">
        {me !== null && me.kind !== 'local' && (
          <>
            <Text fz="xs" px="sm">
              {words.roles.signedInAs(me.name, words.roles.names[me.role])}
            </Text>
            <SignOut />
          </>
        )}
        {info.data !== undefined && (
          <Text fz="xs" c="dimmed" px="sm">
            {words.shell.version(info.data.version)}
          </Text>
        )}
      </Stack>
    </Stack>
  );
}
