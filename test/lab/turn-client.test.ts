/** Our TURN client against a real coturn on loopback, over UDP, TCP and TLS. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../stun/endpoint.ts';
import { mintRestCredential } from '../../stun/index.ts';
import { type DriveOptions, drive } from '../../stun/io/drive.ts';
import type { Machine, Transport } from '../../stun/machine.ts';
import {
  AllocationClient,
  type AllocationClientOptions,
  type AllocationEvent,
} from '../../turn/client/allocation-client.ts';
import { BindingClient } from '../../turn/client/binding-client.ts';
import { type Coturn, makeCertificate, makeFolder, missingPrograms, startCoturn } from './turn-coturn.ts';
import { type PairEvent, RelayPair } from './turn-relay-pair.ts';

const missing = missingPrograms();
const name = 'turn.example.org';
const alice = { username: 'alice', password: 'wonderland-42' };
const secret = 'north-by-northwest';
const transports = ['udp', 'tcp', 'tls'] as const;

const folder = makeFolder();
const running: Coturn[] = [];
let users: Coturn;
let oneEach: Coturn;
let rest: Coturn;
let ca: string;

beforeAll(async () => {
  if (missing !== null) return;
  const certificate = makeCertificate(folder.path, name);
  ca = readFileSync(certificate.certFile, 'utf8');
  const start = async (flags: readonly string[]): Promise<Coturn> => {
    const server = await startCoturn(folder.path, ['--realm', 'example.org', ...flags], certificate);
    running.push(server);
    return server;
  };
  const withUsers = ['--lt-cred-mech', '--user', `${alice.username}:${alice.password}`];
  users = await start([...withUsers, '--allow-loopback-peers']);
  oneEach = await start([...withUsers, '--user-quota', '1']);
  rest = await start(['--use-auth-secret', '--static-auth-secret', secret]);
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  folder.remove();
});

async function run<E>(machine: Machine<E>, options: DriveOptions<E> = {}): Promise<E[]> {
  const events: E[] = [];
  const signal = AbortSignal.timeout(20_000);
  const onEvent = (event: E, nowMs: number): void => {
    events.push(event);
    options.onEvent?.(event, nowMs);
  };
  await drive(machine, { signal, bindAddress: '127.0.0.1', tls: { ca }, ...options, onEvent });
  return events;
}

function at(server: Coturn, transport: Transport): Endpoint {
  return transport === 'tls' ? server.tls : server.plain;
}

function options(
  server: Coturn,
  transport: Transport,
  more: Partial<AllocationClientOptions> = {},
): AllocationClientOptions {
  return {
    server: at(server, transport),
    transport,
    family: 'ipv4',
    credentials: alice,
    random: (size) => randomBytes(size),
    giveUpMs: 5000,
    ...(transport === 'tls' ? { serverName: name } : {}),
    ...more,
  };
}

function allocate(
  server: Coturn,
  transport: Transport,
  more: Partial<AllocationClientOptions> = {},
  driving: DriveOptions<AllocationEvent> = {},
): Promise<AllocationEvent[]> {
  return run(
    new AllocationClient(options(server, transport, { releaseAfterAllocate: true, ...more })),
    driving,
  );
}

function failureOf(events: readonly AllocationEvent[]): { code: string; detail: string } {
  const failed = events.filter((event) => event.kind === 'failed');
  if (failed.length !== 1 || failed[0] === undefined) throw new Error(JSON.stringify(events));
  return failed[0].failure;
}

function kinds(events: readonly AllocationEvent[]): string[] {
  return events.map((event) => event.kind).filter((kind) => kind !== 'transaction');
}

describe('coturn on loopback', () => {
  beforeEach((context) => context.skip(missing !== null, missing ?? ''));

  describe.each(transports)('over %s', (transport) => {
    it('finds the mapped address', async () => {
      const events = await run(new BindingClient(options(users, transport)));
      expect(events.at(-1)).toMatchObject({ kind: 'mapped', mapped: { address: '127.0.0.1' } });
    });

    it('allocates and releases', async () => {
      const events = await allocate(users, transport);
      expect(kinds(events)).toEqual(['allocated', 'released']);
      expect(events).toContainEqual({ kind: 'released', confirmed: true });
      const records = events.flatMap((event) => (event.kind === 'transaction' ? [event.record] : []));
      expect(records.map((record) => [record.purpose, record.outcome])).toEqual([
        ['relay/allocate', 'refused'],
        ['relay/allocate-auth', 'answered'],
        ['relay/release', 'answered'],
      ]);
      const allocated = events.find((event) => event.kind === 'allocated');
      expect(allocated?.relayed.address).toBe('127.0.0.1');
      // What coturn saw is the socket that we sent from.
      expect(allocated?.mapped).toEqual(records[0]?.local);
    });

    it('carries data both ways between two allocations, by permission and by channel', async () => {
      const events = await run<PairEvent>(new RelayPair(options(users, transport)));
      const data = events.flatMap(({ side, event }) =>
        event.kind === 'data' ? [[side, event.from, Buffer.from(event.bytes).toString()]] : [],
      );
      const relayed = (wanted: string): Endpoint | undefined =>
        events.flatMap(({ side, event }) =>
          event.kind === 'allocated' && side === wanted ? [event.relayed] : [],
        )[0];
      expect(data).toEqual([
        ['b', relayed('a'), 'ping'],
        ['a', relayed('b'), 'pong'],
      ]);
      expect(events.filter(({ event }) => event.kind === 'released' && event.confirmed)).toHaveLength(2);
    });

    it('rejects a wrong password with turn-401 after one try', async () => {
      const events = await allocate(users, transport, { credentials: { ...alice, password: 'wrong' } });
      expect(failureOf(events).code).toBe('turn-401');
      expect(events.filter((event) => event.kind === 'transaction')).toHaveLength(2);
    });
  });

  it('an unknown user is turn-401 as well', async () => {
    const credentials = { username: 'mallory', password: 'x' };
    expect(failureOf(await allocate(users, 'udp', { credentials })).code).toBe('turn-401');
  });

  it('no credentials', async () => {
    const events = await allocate(users, 'udp', { credentials: null });
    expect(failureOf(events).code).toBe('turn-credentials-missing');
  });

  it('the quota: 486 while an allocation lives, none after its end', async () => {
    const holder = new AllocationClient(options(oneEach, 'tcp'));
    let held: () => void = () => {};
    const isHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    const hangUp = new AbortController();
    const holding = drive(holder, {
      signal: hangUp.signal,
      onEvent: (event) => {
        if (event.kind === 'allocated') held();
      },
    });
    await isHeld;
    expect(failureOf(await allocate(oneEach, 'udp')).code).toBe('turn-486');
    hangUp.abort(new Error('done'));
    await expect(holding).rejects.toThrow('done');
    // Were the release not heard, each of these would be refused for the ten minutes of an allocation's life. coturn
    // 4.6.1 itself counts a released one for about a second more.
    for (const transport of ['udp', 'tcp', 'udp'] as const) {
      const again = async (): Promise<string[]> => kinds(await allocate(oneEach, transport));
      await expect.poll(again, { timeout: 5000, interval: 100 }).toEqual(['allocated', 'released']);
    }
  });

  it('a forbidden peer is turn-403, and the allocation lives on', async () => {
    const events = await run<PairEvent>(
      new RelayPair(options(rest, 'udp', { credentials: restCredentials(secret, 600) })),
    );
    const refused = events.flatMap(({ event }) =>
      event.kind === 'peer-refused' ? [event.failure.code] : [],
    );
    expect(refused[0]).toBe('turn-403');
    expect(events.filter(({ event }) => event.kind === 'released')).toHaveLength(2);
  });

  describe('time-limited credentials from a shared secret', () => {
    it('are accepted while they last', async () => {
      const events = await allocate(rest, 'udp', { credentials: restCredentials(secret, 600) });
      expect(kinds(events)).toEqual(['allocated', 'released']);
    });

    it.each([
      ['expired', (): ReturnType<typeof restCredentials> => restCredentials(secret, -60)],
      ['made with another secret', (): ReturnType<typeof restCredentials> => restCredentials('guessed', 600)],
    ])('%s: turn-401', async (_name, make) => {
      expect(failureOf(await allocate(rest, 'udp', { credentials: make() })).code).toBe('turn-401');
    });
  });

  describe('TLS', () => {
    it('an authority that this host does not know', async () => {
      const events = await allocate(users, 'tls', {}, { tls: {} });
      expect(failureOf(events).code).toBe('tls-certificate-untrusted');
    });

    it('a certificate for another name', async () => {
      const events = await allocate(users, 'tls', { serverName: 'other.example.org' });
      expect(failureOf(events).code).toBe('tls-certificate-name');
    });
  });

  it.each(['tcp', 'tls'] as const)('a %s port where nothing listens', async (transport) => {
    const gone = await startCoturn(folder.path, ['--no-auth']);
    await gone.stop();
    const events = await allocate(gone, transport);
    expect(failureOf(events).code).toBe('refused');
  });
});

function restCredentials(key: string, secondsFromNow: number): { username: string; password: string } {
  const { username, credential } = mintRestCredential(key, 'alice', Date.now() / 1000 + secondsFromNow);
  return { username, password: credential };
}
