import { Button, Center, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SignInOffer } from '../../../contract/oidc.ts';
import { call } from '../api/call.ts';
import { isUnauthorized } from '../api/query-client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { words } from '../words.ts';
import { Brand } from './brand.tsx';
import { signInUrl } from './sign-in-url.ts';

export function Login({ offer }: { offer: SignInOffer | null }) {
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await call('login', { body: { token: token.trim() } });
      await client.invalidateQueries({ queryKey: queryKeys.me });
    } catch (error) {
      setProblem(isUnauthorized(error) || !(error instanceof Error) ? words.login.wrong : error.message);
      setBusy(false);
    }
  }

  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={420} component="form" onSubmit={submit}>
        <Stack gap="md">
          <Brand />
          <Title order={1}>{words.login.title}</Title>
          <Text c="dimmed">{offer === null ? words.login.intro : words.login.introBoth}</Text>
          {offer !== null && (
            <>
              <Button component="a" href={signInUrl(offer)}>
                {words.login.with(offer.label)}
              </Button>
              <Divider label={words.login.or} />
            </>
          )}
          <PasswordInput
            label={words.login.label}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="current-password"
            error={problem}
            required
          />
          <Button
            type="submit"
            variant={offer === null ? 'filled' : 'default'}
            loading={busy}
            disabled={token.trim() === ''}
          >
            {words.login.submit}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
