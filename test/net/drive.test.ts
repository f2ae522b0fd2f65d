/** The driver on loopback sockets: each test scripts a machine and looks at what comes in. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../stun/endpoint.ts';
import { type Command, type DriveOptions, drive } from '../../stun/io/drive.ts';
import type { Effect, Input, Machine, Transport } from '../../stun/machine.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** Keeps all inputs; `react` says what to do next, or 'done'. */
class ScriptedMachine implements Machine<string> {
  readonly inputs: Input[] = [];
  readonly times: number[] = [];
  deadlineMs: number | null = null;
  #done = false;
  readonly #react: (input: Input, nowMs: number, machine: ScriptedMachine) => Effect<string>[] | 'done';

  constructor(react: (input: Input, nowMs: number, machine: ScriptedMachine) => Effect<string>[] | 'done') {
    this.#react = react;
  }

  handle(nowMs: number, input: Input): Effect<string>[] {
    this.inputs.push(input);
    this.times.push(nowMs);
    const effects = this.#react(input, nowMs, this);
    if (effects !== 'done') return effects;
    this.#done = true;
    return [];
  }

  finishAfterThis(): void {
    this.#done = true;
  }

  nextDeadlineMs(): number | null {
    return this.#done ? null : this.deadlineMs;
  }

  isFinished(): boolean {
    return this.#done;
  }

  get kinds(): string[] {
    return this.inputs.map(({ kind }) => kind);
  }
}

const udp = (family: 'ipv4' | 'ipv6' = 'ipv4'): Effect<string> => ({
  kind: 'open',
  socket: 's',
  transport: 'udp',
  family,
});

function stream(transport: Transport, port: number, serverName?: string): Effect<string> {
  const to = { address: '127.0.0.1', port };
  return {
    kind: 'open',
    socket: 's',
    transport,
    family: 'ipv4',
    to,
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function send(to: Endpoint, text: string): Effect<string> {
  return { kind: 'send', socket: 's', to, bytes: Buffer.from(text) };
}

/** Opens what `effect` says, finishes at the first answer to that, and gives the answer. */
async function openingOf(effect: Effect<string>, options?: DriveOptions<string>): Promise<Input> {
  const machine = new ScriptedMachine((input) => (input.kind === 'start' ? [effect] : 'done'));
  await drive(machine, options);
  const last = machine.inputs.at(-1);
  if (last === undefined) throw new Error('nothing happened');
  return last;
}

async function udpEcho(type: 'udp4' | 'udp6' = 'udp4'): Promise<{ endpoint: Endpoint; received: string[] }> {
  const socket = dgram.createSocket(type);
  undo.push(() => socket.close());
  const received: string[] = [];
  socket.on('message', (bytes, from) => {
    received.push(bytes.toString());
    socket.send(bytes, from.port, from.address);
  });
  socket.bind(0, type === 'udp4' ? '127.0.0.1' : '::1');
  await once(socket, 'listening');
  return { endpoint: { address: socket.address().address, port: socket.address().port }, received };
}

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  server.on('tlsClientError', () => {});
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const key = readFileSync(new URL('../vectors/tls/key.pem', import.meta.url), 'utf8');
const certificate = (file: 'valid' | 'expired'): string =>
  readFileSync(new URL(`../vectors/tls/${file}.pem`, import.meta.url), 'utf8');

describe('UDP', () => {
  it.each(['ipv4', 'ipv6'] as const)(
    'sends and receives over %s, and frees the port at the end',
    async (family) => {
      const echo = await udpEcho(family === 'ipv4' ? 'udp4' : 'udp6');
      const machine = new ScriptedMachine((input) => {
        if (input.kind === 'start') return [udp(family)];
        if (input.kind === 'opened') return [send(echo.endpoint, 'one')];
        return 'done';
      });
      const bindAddress = family === 'ipv4' ? '127.0.0.1' : '::1';
      await drive(machine, { bindAddress });
      expect(machine.kinds).toEqual(['start', 'opened', 'received']);
      const [, opened, received] = machine.inputs;
      if (opened?.kind !== 'opened' || received?.kind !== 'received') throw new Error('unreachable');
      expect(opened.local.address).toBe(bindAddress);
      expect(received).toMatchObject({ socket: 's', from: echo.endpoint });
      expect(Buffer.from(received.bytes).toString()).toBe('one');
      const again = dgram.createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
      undo.push(() => again.close());
      again.bind({ port: opened.local.port, address: bindAddress, exclusive: true });
      await once(again, 'listening');
    },
  );

  it('binds to the wildcard without an address', async () => {
    expect(await openingOf(udp())).toMatchObject({ kind: 'opened', local: { address: '0.0.0.0' } });
    expect(await openingOf(udp('ipv6'))).toMatchObject({ kind: 'opened', local: { address: '::' } });
  });

  it('says so when the address is not this host’s, or of the other family', async () => {
    const foreign = await openingOf(udp(), { bindAddress: '192.0.2.1' });
    expect(foreign).toMatchObject({ kind: 'open-failed', error: { code: 'EADDRNOTAVAIL' } });
    const family = await openingOf(udp('ipv6'), { bindAddress: '127.0.0.1' });
    expect(family).toMatchObject({ kind: 'open-failed', error: { code: 'EADDRNOTAVAIL' } });
  });

  it('reports what the kernel refuses to send', async () => {
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [udp()];
      if (input.kind === 'opened')
        return [
          { kind: 'send', socket: 's', to: { address: '127.0.0.1', port: 9 }, bytes: new Uint8Array(70_000) },
        ];
      return 'done';
    });
    await drive(machine);
    expect(machine.inputs.at(-1)).toMatchObject({
      kind: 'send-failed',
      to: { address: '127.0.0.1', port: 9 },
      error: { code: 'EMSGSIZE' },
    });
  });

  it('reports port 0 and an unknown socket the same way', async () => {
    const to = { address: '127.0.0.1', port: 0 };
    const portZero = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [udp()];
      return input.kind === 'opened' ? [send(to, 'x')] : 'done';
    });
    await drive(portZero);
    expect(portZero.inputs.at(-1)).toMatchObject({ kind: 'send-failed', to });
    const unknown = new ScriptedMachine((input) => (input.kind === 'start' ? [send(to, 'x')] : 'done'));
    await drive(unknown);
    expect(unknown.inputs.at(-1)).toMatchObject({ kind: 'send-failed', error: { code: 'EBADF' } });
  });

  it('lets out what a machine sends with its last breath', async () => {
    const echo = await udpEcho();
    const texts = Array.from({ length: 20 }, (_, i) => `bye ${i}`);
    const machine = new ScriptedMachine((input, _now, self) => {
      if (input.kind === 'start') return [udp()];
      self.finishAfterThis();
      return texts.map((text) => send(echo.endpoint, text));
    });
    await drive(machine);
    await expect.poll(() => echo.received).toEqual(texts);
  });
});

describe('TCP', () => {
  it('connects, sends, receives and reports the end', async () => {
    const port = await listen(net.createServer((socket) => socket.once('data', (data) => socket.end(data))));
    const to = { address: '127.0.0.1', port };
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [stream('tcp', port)];
      if (input.kind === 'opened') return [send(to, 'hello')];
      return input.kind === 'closed' ? 'done' : [];
    });
    await drive(machine);
    expect(machine.kinds).toEqual(['start', 'opened', 'received', 'closed']);
    expect(machine.inputs[1]).toMatchObject({ local: { address: '127.0.0.1' } });
    expect(machine.inputs[2]).toMatchObject({ from: to });
    expect(machine.inputs[3]).not.toHaveProperty('error');
  });

  it('reports a refused connection', async () => {
    const probe = net.createServer();
    const port = await listen(probe);
    undo.pop()?.();
    await once(probe, 'close');
    expect(await openingOf(stream('tcp', port))).toMatchObject({
      kind: 'open-failed',
      error: { code: 'ECONNREFUSED' },
    });
  });

  it('reports a reset', async () => {
    const port = await listen(
      net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [stream('tcp', port)];
      if (input.kind === 'opened') return [send({ address: '127.0.0.1', port }, 'x')];
      return 'done';
    });
    await drive(machine);
    expect(machine.inputs.at(-1)).toMatchObject({ kind: 'closed', error: { code: 'ECONNRESET' } });
  });

  it('delivers what was sent before a close', async () => {
    const chunks: Buffer[] = [];
    const { promise: ended, resolve } = deferred();
    const port = await listen(
      net.createServer((socket) => socket.on('data', (data) => chunks.push(data)).on('end', resolve)),
    );
    const big = 'x'.repeat(200_000);
    const machine = new ScriptedMachine((input, _now, self) => {
      if (input.kind === 'start') return [stream('tcp', port)];
      self.finishAfterThis();
      return [send({ address: '127.0.0.1', port }, big), { kind: 'close', socket: 's' }];
    });
    await drive(machine);
    await ended;
    expect(Buffer.concat(chunks).toString()).toBe(big);
  });
});

describe('TLS', () => {
  const server = (file: 'valid' | 'expired'): tls.Server =>
    tls.createServer({ key, cert: certificate(file) }, (socket) => socket.pipe(socket));

  it('shakes hands by name and carries data', async () => {
    const port = await listen(server('valid'));
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [stream('tls', port, 'stun.test')];
      if (input.kind === 'opened') return [send({ address: '127.0.0.1', port }, 'secret')];
      return 'done';
    });
    await drive(machine, { tls: { ca: certificate('valid') } });
    expect(machine.kinds).toEqual(['start', 'opened', 'received']);
  });

  it.each<[string, 'valid' | 'expired', string | undefined, boolean, RegExp]>([
    ['a certificate nobody vouches for', 'valid', 'stun.test', false, /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
    ['an expired certificate', 'expired', 'stun.test', true, /^CERT_HAS_EXPIRED$/],
    ['another name', 'valid', 'turn.test', true, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
    [
      'no name, and no IP address in the certificate',
      'valid',
      undefined,
      true,
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
  ])('passes on the code for %s', async (_what, file, name, trusted, code) => {
    const port = await listen(server(file));
    const settings = trusted ? { tls: { ca: certificate(file) } } : {};
    expect(await openingOf(stream('tls', port, name), settings)).toMatchObject({
      kind: 'open-failed',
      error: { code: expect.stringMatching(code) },
    });
  });

  it('can be told to trust anything', async () => {
    const port = await listen(server('expired'));
    const opened = await openingOf(stream('tls', port, 'other.test'), { tls: { rejectUnauthorized: false } });
    expect(opened).toMatchObject({ kind: 'opened' });
  });

  it('names a port that does not speak TLS', async () => {
    const port = await listen(net.createServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await openingOf(stream('tls', port, 'stun.test'))).toMatchObject({
      kind: 'open-failed',
      error: { code: expect.stringMatching(/^(ERR_SSL_|EPROTO|ECONNRESET)/) },
    });
  });

  it('gives up on a handshake that never ends', async () => {
    const port = await listen(net.createServer());
    expect(await openingOf(stream('tls', port, 'stun.test'), { connectTimeoutMs: 60 })).toEqual({
      kind: 'open-failed',
      socket: 's',
      error: { code: 'ERR_TLS_HANDSHAKE_TIMEOUT', message: 'TLS handshake did not finish within 60 ms' },
    });
  });
});

describe('time', () => {
  it('gives the deadline when it is due, never before', async () => {
    const machine = new ScriptedMachine((input, nowMs, self) => {
      if (input.kind === 'deadline') return 'done';
      self.deadlineMs = nowMs + 25.4;
      return [];
    });
    await drive(machine);
    const [startMs = 0, deadlineMs = 0] = machine.times;
    expect(machine.kinds).toEqual(['start', 'deadline']);
    expect(deadlineMs - startMs).toBeGreaterThanOrEqual(25.4);
  });

  it('never lets the clock run backwards', async () => {
    const readings = [100, 50, 120, 10, 130];
    const machine = new ScriptedMachine((input, nowMs, self) => {
      self.deadlineMs = nowMs;
      return input.kind === 'deadline' && nowMs >= 130 ? 'done' : [];
    });
    await drive(machine, { nowMs: () => readings.shift() ?? 130 });
    expect(machine.times).toEqual(machine.times.toSorted((a, b) => a - b));
  });

  it('reads what has arrived before it calls silence, when the process was busy', async () => {
    const echo = await udpEcho();
    const machine = new ScriptedMachine((input, nowMs, self) => {
      if (input.kind === 'start') return [udp()];
      if (input.kind === 'opened') {
        self.deadlineMs = nowMs + 30;
        // The answer arrives and the deadline passes while the process does something else.
        setImmediate(() => {
          const until = performance.now() + 80;
          while (performance.now() < until);
        });
        return [send(echo.endpoint, 'late')];
      }
      return 'done';
    });
    await drive(machine);
    expect(machine.kinds.slice(0, 3)).toEqual(['start', 'opened', 'received']);
  });
});

describe('endings', () => {
  const waiting = (): ScriptedMachine =>
    new ScriptedMachine((input) => (input.kind === 'start' ? [udp()] : []));

  /** The port of the machine's socket can be bound again, so the socket is gone. */
  async function expectFree(machine: ScriptedMachine): Promise<void> {
    const opened = machine.inputs.find((input) => input.kind === 'opened');
    if (opened?.kind !== 'opened') throw new Error('was never open');
    const again = dgram.createSocket('udp4');
    undo.push(() => again.close());
    again.bind({ port: opened.local.port, exclusive: true });
    await once(again, 'listening');
  }

  it('closes everything on abort and rejects with the reason', async () => {
    const stop = new AbortController();
    const machine = waiting();
    const running = drive(machine, { signal: stop.signal });
    await expect.poll(() => machine.kinds).toEqual(['start', 'opened']);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expectFree(machine);
  });

  it('does nothing when it is aborted before it begins', async () => {
    const machine = waiting();
    await expect(drive(machine, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(machine.inputs).toEqual([]);
  });

  it('closes a connection that is still being made', async () => {
    const port = await listen(net.createServer());
    const stop = new AbortController();
    const machine = new ScriptedMachine((input) => (input.kind === 'start' ? [stream('tls', port)] : []));
    const running = drive(machine, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(machine.kinds).toEqual(['start']);
  });

  it('closes everything when the listener for events throws', async () => {
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [udp()];
      return [{ kind: 'emit', event: 'up' }];
    });
    const onEvent = (): void => {
      throw new Error('listener broke');
    };
    await expect(drive(machine, { onEvent })).rejects.toThrow('listener broke');
    await expectFree(machine);
  });

  it('closes everything when the machine throws', async () => {
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'opened') throw new Error('machine broke');
      return [udp()];
    });
    await expect(drive(machine)).rejects.toThrow('machine broke');
    await expectFree(machine);
  });

  it('does not wait for ever on a machine that waits for nothing', async () => {
    await expect(drive(new ScriptedMachine(() => []))).rejects.toThrow('waits for nothing');
  });

  it('stops a machine that does not get past its deadline', async () => {
    const machine = new ScriptedMachine((_input, _nowMs, self) => {
      self.deadlineMs = 0;
      return [];
    });
    await expect(drive(machine)).rejects.toThrow('does not get past its deadline');
    expect(machine.inputs.length).toBeLessThan(2000);
  });

  it('refuses a second socket of the same name', async () => {
    const machine = new ScriptedMachine((input) => (input.kind === 'start' ? [udp(), udp()] : []));
    await expect(drive(machine)).rejects.toThrow('opened socket s twice');
  });

  it('lets a machine close a socket and open another of that name', async () => {
    let opened = 0;
    const machine = new ScriptedMachine((input) => {
      if (input.kind === 'start') return [udp()];
      if (input.kind === 'opened' && ++opened === 1) return [{ kind: 'close', socket: 's' }, udp()];
      return 'done';
    });
    await drive(machine);
    expect(machine.kinds).toEqual(['start', 'opened', 'opened']);
  });

  it('tells events in order, with their time', async () => {
    const events: [string, number][] = [];
    const machine = new ScriptedMachine((_input, _now, self) => {
      self.finishAfterThis();
      return [
        { kind: 'emit', event: 'a' },
        { kind: 'ignore', reason: 'nothing to do' },
        { kind: 'emit', event: 'b' },
      ];
    });
    await drive(machine, { onEvent: (event, nowMs) => events.push([event, nowMs]), nowMs: () => 7 });
    expect(events).toEqual([
      ['a', 7],
      ['b', 7],
    ]);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('commands from outside', () => {
  it('are taken between two inputs, and have no effect after the end', async () => {
    const events: string[] = [];
    const order: string[] = [];
    let command: Command<string> = () => {};
    const machine = new ScriptedMachine((input, _nowMs, self) => {
      order.push(input.kind);
      if (input.kind === 'start') return [udp()];
      // From within an input it waits for its turn.
      command((nowMs) => {
        order.push(nowMs >= (self.times.at(-1) ?? Number.POSITIVE_INFINITY) ? 'command' : 'too early');
        self.finishAfterThis();
        return [{ kind: 'emit', event: 'ordered' }];
      });
      order.push('handled');
      return [];
    });
    await drive(machine, {
      onCommand: (given) => {
        command = given;
      },
      onEvent: (event) => events.push(event),
    });
    expect(order).toEqual(['start', 'opened', 'handled', 'command']);
    command(() => [{ kind: 'emit', event: 'too late' }]);
    expect(events).toEqual(['ordered']);
  });
});
