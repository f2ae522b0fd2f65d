/** Two services with one loopback address each, linked over real sockets. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../contract/config.ts';
import { openHttpWitness } from '../../probe/io/http-witness.ts';
import { runProbe } from '../../probe/io/run-probe.ts';
import type { WitnessSource } from '../../probe/io/witness-source.ts';
import { ServiceStartError } from '../../service/fault.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { startStunServer } from '../../turn/io/stun-server.ts';

const one = '127.0.0.1';
const two = '127.0.0.2';
const secret = 'a secret that both nodes hold, long enough';

let folder: string;
let ports: { port: number; alternatePort: number };
const undo: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-link-'));
  // A pair of ports that is free on both addresses.
  const server = await startStunServer({
    primary: { address: one, port: 0 },
    alternate: { address: two, port: 0 },
  });
  const { PP, AA } = server.endpoints;
  ports = { port: PP.port, alternatePort: AA?.port ?? 0 };
  await server.close();
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

interface Node {
  readonly service: RunningService;
  readonly log: string[];
}

async function start(address: string, peer: Record<string, unknown>): Promise<Node> {
  const log: string[] = [];
  const config = serveConfigSchema.parse({
    host: address,
    port: 0,
    store: ':memory:',
    stun: { ...ports, peer: { address: address === one ? two : one, ...peer } },
  });
  const service = await startService(config, { logTo: { write: (line) => log.push(line) } });
  undo.push(() => service.close());
  return { service, log };
}

async function healthOf({ service }: Node): Promise<unknown> {
  return (await fetch(`${service.url}/healthz`)).json();
}

/** Asks until it is so; the test’s own timeout is the bound. */
async function untilHealth(node: Node, link: string): Promise<void> {
  for (;;) {
    const health = await healthOf(node);
    if (JSON.stringify(health).includes(`"link":"${link}"`)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function probe(address: string, witness?: WitnessSource) {
  const parsed = parseStunUri(`stun:${address}:${ports.port}`);
  if (!parsed.ok) throw new Error(parsed.problem);
  return (await runProbe({ targets: [{ uri: parsed.uri }], ...(witness && { witness }) })).body;
}

describe('two services with one address each', () => {
  it('are one RFC 5780 server, from either side', async () => {
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, `${secret}\n`);
    const nodes = [await start(one, { secretFile }), await start(two, { secret })];
    for (const node of nodes) await untilHealth(node, 'up');
    expect(await healthOf(nodes[0] as Node)).toMatchObject({
      status: 'ok',
      stun: { rfc5780: true, link: 'up' },
    });
    for (const address of [one, two]) {
      const body = await probe(address);
      expect(body.servers).toMatchObject([{ status: 'ok', rfc5780: true }]);
      expect(body.nat).toMatchObject({ mapping: 'endpoint-independent', filtering: 'endpoint-independent' });
      const changed = body.evidence.find(({ purpose }) => purpose === 'filter-1/change-both');
      const other = { address: address === one ? two : one, port: ports.alternatePort };
      expect(changed).toMatchObject({ outcome: 'answered', from: other, otherAddress: other });
    }
  });

  it('say so when the other one goes, and announce its address no more', async () => {
    const nodes = [await start(one, { secret }), await start(two, { secret })] as const;
    await untilHealth(nodes[0], 'up');
    await nodes[1].service.close();
    await untilHealth(nodes[0], 'down');
    expect(await healthOf(nodes[0])).toMatchObject({ status: 'ok', stun: { rfc5780: false, link: 'down' } });
    expect((await probe(one)).servers).toMatchObject([{ status: 'ok', rfc5780: false }]);
    const states = nodes[0].log.flatMap((line) => JSON.parse(line).state ?? []);
    expect(states.slice(-2)).toEqual(['up', 'down']);
    expect(nodes[0].log.join('')).not.toContain(secret);
  });

  it('answer strangers who speak the link’s language with silence', async () => {
    const node = await start(one, { secret });
    const stranger = createSocket('udp4');
    undo.push(async () => stranger.close());
    stranger.send(Buffer.from('PLNK what a nice server'), ports.port, one);
    // A Binding request behind it is answered, so the first datagram has been read by then.
    stranger.send(Buffer.from(`000100002112a442${'0'.repeat(24)}`, 'hex'), ports.port, one);
    const [answer] = await once(stranger, 'message');
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(await healthOf(node)).toMatchObject({ stun: { link: 'down' } });
  });
});

describe('the witness of two linked services', () => {
  it('knows what arrived at both, and which answers left from either', async () => {
    const nodes = [await start(one, { secret }), await start(two, { secret })] as const;
    for (const node of nodes) await untilHealth(node, 'up');
    const opened = await openHttpWitness(new URL(nodes[0].service.url));
    if (!opened.ok) throw new Error(opened.failure.message);
    const body = await probe(one, opened.witness);
    const watched = body.evidence.filter(({ purpose }) => /^(map|filter)-/.test(purpose));
    expect(new Set(watched.map(({ to }) => to.address))).toEqual(new Set([one, two]));
    for (const { purpose, from, witnessed } of watched) {
      expect(witnessed, purpose).toBeDefined();
      for (const seen of witnessed ?? []) {
        if (seen.fate !== 'pending') expect(seen).toMatchObject({ fate: 'answered', answeredFrom: from });
      }
    }
    expect(body.verdicts.find(({ name }) => name === 'witness')?.value).toBe('clean');
  });
});

describe('a link that cannot be', () => {
  it.each([
    ['without a secret', {}, /secretFile/],
    ['with two secrets', { secret, secretFile: 'x' }, /contradict/],
    ['with a file that is not there', { secretFile: '/nowhere/secret' }, /ENOENT/],
    ['to the own address', { secret, address: one }, /another address/],
    ['to an address of the other family', { secret, address: '2001:db8::1' }, /same family/],
  ])('%s stops the start', async (_name, peer, message) => {
    const error = await start(one, peer).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceStartError);
    expect((error as ServiceStartError).failure).toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(message),
    });
  });

  it('with a short secret in its file stops the start, and the secret is not repeated', async () => {
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, 'tooshort\n');
    const error = await start(one, { secretFile }).catch((reason: unknown) => reason);
    expect((error as ServiceStartError).failure.message).toContain('32 to 512');
    expect((error as ServiceStartError).failure.message).not.toContain('tooshort');
  });
});
