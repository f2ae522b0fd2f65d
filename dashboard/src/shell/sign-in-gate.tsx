import { Center, Loader, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { isUnauthorized } from '../api/query-client.ts';
import { useInfo } from '../api/use-info.ts';
import { useMe } from '../api/use-me.ts';
import { ErrorPanel } from '../panels/error-panel.tsx';
import { words } from '../words.ts';
import { Brand } from './brand.tsx';
import { Login } from './login.tsx';

/** Shows the login until the service knows who we are. */
export function SignInGate({ children }: { children: ReactNode }) {
  const me = useMe();
  const info = useInfo();
  if ((me.data ?? null) !== null) return children;
  const isNobody = me.data !== undefined || isUnauthorized(me.error);
  // What the service does not say is not offered.
  if (isNobody && !info.isPending) return <Login offer={info.data?.signIn ?? null} />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {me.error === null ? (
        <Loader aria-label={words.state.loading} role="status" />
      ) : (
        <Stack gap="md">
          <Brand />
          <Title order={1} className="visually-hidden">
            {words.errors.title}
          </Title>
          <ErrorPanel error={me.error} retry={() => void me.refetch()} busy={me.isFetching} />
        </Stack>
      )}
    </Center>
  );
}
