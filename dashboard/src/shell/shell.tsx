import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { words } from '../words.ts';
import { Brand } from './brand.tsx';
import { LiveBadge } from './live-badge.tsx';
import { Navigation } from './navigation.tsx';
import { ProjectSwitch } from './project-switch.tsx';
import { SchemeToggle } from './scheme-toggle.tsx';
import classes from './shell.module.css';
import { StoreBanner } from './store-banner.tsx';
import { usePageChange } from './use-page-change.ts';

export function Shell({ children }: { children: ReactNode }) {
  const [open, menu] = useDisclosure(false);
  usePageChange(menu.close);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={0}
      transitionDuration={0}
    >
      <a className="skip-link" href="#main">
        {words.shell.skip}
      </a>
      <AppShell.Header className={classes['header'] ?? ''}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={open ? words.shell.closeMenu : words.shell.openMenu}
              aria-expanded={open}
              aria-controls="navigation"
            />
            <Link href="/" className={classes['home'] ?? ''} aria-label={words.shell.home}>
              <Brand />
            </Link>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <ProjectSwitch />
            <LiveBadge />
            <SchemeToggle />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        id="navigation"
        p="sm"
        className={classes['navbar'] ?? ''}
        aria-label={words.shell.navigation}
      >
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes['main'] ?? ''}>
        <div className={classes['page']}>
          <StoreBanner />
          {children}
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
