import { Center, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { isUnauthorized } from '../api/query-client.ts';
import { useMe } from '../api/use-me.ts';
import { ErrorPanel } from '../panels/error-panel.tsx';
import { words } from '../words.ts';
import { Login } from './login.tsx';

/** Shows the login until the service knows who we are. */
export function SignInGate({ children }: { children: ReactNode }) {
  const me = useMe();
  if ((me.data ?? null) !== null) return children;
  if (me.data !== undefined || isUnauthorized(me.error)) return <Login />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {me.error === null ? (
        <Loader aria-label={words.state.loading} role="status" />
      ) : (
        <ErrorPanel error={me.error} retry={() => void me.refetch()} />
      )}
    </Center>
  );
}
