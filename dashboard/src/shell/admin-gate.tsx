import { Center, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { isUnauthorized } from '../api/query-client.ts';
import { useInfo } from '../api/use-info.ts';
import { ErrorPanel } from '../panels/error-panel.tsx';
import { words } from '../words.ts';
import { Login } from './login.tsx';

/** Shows the login until the service knows who we are. */
export function AdminGate({ children }: { children: ReactNode }) {
  const info = useInfo();
  if ((info.data?.role ?? null) !== null) return children;
  if (info.data !== undefined || isUnauthorized(info.error)) return <Login />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {info.error === null ? (
        <Loader aria-label={words.state.loading} role="status" />
      ) : (
        <ErrorPanel error={info.error} retry={() => void info.refetch()} />
      )}
    </Center>
  );
}
