/** Other people's STUN clients against our server. None of them knows anything about this code base. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installPeers, requirePeer } from '../../bench/peers/packages.mjs';
import { type StunServerHandle, startStunServer } from '../../turn/io/stun-server.ts';

let server: StunServerHandle;

beforeAll(async () => {
  installPeers();
  server = await startStunServer({
    primary: { address: '127.0.0.1', port: 0 },
    alternate: { address: '127.0.0.2', port: 0 },
  });
}, 120_000);
afterAll(() => server.close());

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-?'], { stdio: 'ignore' }).error === undefined;
}

/** Runs a program to its end and returns all that it printed. */
function printed(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 15_000,
      killSignal: 'SIGKILL',
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

const coturnMissing = 'coturn is not installed (apt-get install coturn)';

describe('coturn’s clients', () => {
  const port = (): string => String(server.endpoints.PP.port);

  it('turnutils_stunclient reads addresses from three answers', async (context) => {
    if (!isInstalled('turnutils_stunclient')) return context.skip(coturnMissing);
    const text = await printed('turnutils_stunclient', ['-f', '-p', port(), '127.0.0.1']);
    expect(text.match(/UDP reflexive addr: 127\.0\.0\.1:\d+/g)).toHaveLength(3);
    const { PP, AA } = server.endpoints;
    expect(text).toContain(`Response origin: : 127.0.0.1:${PP.port}`);
    expect(text).toContain(`Response origin: : 127.0.0.2:${AA?.port}`);
    expect(text).toContain(`Other addr: : 127.0.0.2:${AA?.port}`);
  });

  const ways = [
    { name: 'plain', flags: [] },
    { name: 'with 1500 bytes of PADDING', flags: ['-P'] },
  ];
  it.for(ways)('turnutils_natdiscovery, $name', async ({ flags }, context) => {
    if (!isInstalled('turnutils_natdiscovery')) return context.skip(coturnMissing);
    const text = await printed('turnutils_natdiscovery', ['-m', '-f', ...flags, '-p', port(), '127.0.0.1']);
    expect(text).toContain('Endpoint Independent Mapping');
    expect(text).toContain('Endpoint Independent Filtering');
  });
});

interface ClassicClient {
  setServerAddr(address: string, port: number): void;
  start(done: (result: number) => void): void;
  close(done: () => void): void;
  getMappedAddr(): { address: string; port: number };
  getNatType(): string;
  getNB(): string;
  getEF(): string;
}

describe('node-stun (RFC 3489)', () => {
  it('completes its whole test and finds an open host', async () => {
    // It prints every address that it learns.
    const quiet = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { createClient } = requirePeer('node-stun') as { createClient(): ClassicClient };
    const client = createClient();
    client.setServerAddr('127.0.0.1', server.endpoints.PP.port);
    const result = await new Promise<number>((resolve) => client.start(resolve));
    const found = { nb: client.getNB(), ef: client.getEF(), mapped: client.getMappedAddr() };
    await new Promise<void>((resolve) => client.close(resolve));
    quiet.mockRestore();
    expect(result).toBe(0);
    expect(found.mapped.address).toBe('127.0.0.1');
    expect(found.nb).toBe('I');
    expect(found.ef).toBe('I');
  });
});

interface ModernStun {
  request(address: string): Promise<{
    getXorAddress(): { address: string; port: number };
    hasAttribute(type: number): boolean;
  }>;
}

describe('npm stun (RFC 5389)', () => {
  it('reads the mapped address', async () => {
    const { request } = requirePeer('stun') as ModernStun;
    const answer = await request(`127.0.0.1:${server.endpoints.PP.port}`);
    expect(answer.getXorAddress().address).toBe('127.0.0.1');
  });
});
