import { Button } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useLogout } from '../api/use-logout.ts';
import { words } from '../words.ts';

export function SignOut() {
  const logout = useLogout();
  return (
    <Button
      variant="subtle"
      justify="flex-start"
      size="sm"
      leftSection={<IconLogout size={18} aria-hidden />}
      loading={logout.isPending}
      onClick={() => logout.mutate()}
    >
      {words.login.signOut}
    </Button>
  );
}
