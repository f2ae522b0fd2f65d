import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../stun/endpoint.ts';
import {
  type Attribute,
  checkFingerprint,
  decodeMessage,
  type Effect,
  encodeMessage,
  getAttribute,
  type MessageClass,
  methods,
  type StunMessage,
  sealMessage,
} from '../../../stun/index.ts';
import { maxAmplification } from '../../../turn/server/binding-answer.ts';
import { BindingServer, type BindingServerOptions } from '../../../turn/server/binding-server.ts';
import { type Corner, type CornerEndpoints, corners } from '../../../turn/server/corners.ts';

const endpoints = {
  PP: { address: '203.0.113.1', port: 3478 },
  PA: { address: '203.0.113.1', port: 3479 },
  AP: { address: '203.0.113.2', port: 3478 },
  AA: { address: '203.0.113.2', port: 3479 },
};
const client: Endpoint = { address: '198.51.100.7', port: 40_000 };
const id = Uint8Array.from({ length: 12 }, (_, index) => index);

function makeServer(options: Partial<BindingServerOptions> = {}): BindingServer {
  return new BindingServer({ endpoints, software: null, ...options });
}

function request(attributes: readonly Attribute[] = [], extra: Partial<StunMessage> = {}): StunMessage {
  return { method: methods.binding, class: 'request', transactionId: id, attributes, ...extra };
}

function ask(server: BindingServer, socket: string, bytes: Uint8Array, from = client, nowMs = 0): Effect[] {
  return server.handle(nowMs, { kind: 'received', socket, from, bytes });
}

/** The one answer, decoded, with where it left and where it went. */
function answered(effects: Effect[]): {
  socket: string;
  to: Endpoint;
  bytes: Uint8Array;
  message: StunMessage;
} {
  const [effect] = effects;
  if (effects.length !== 1 || effect?.kind !== 'send') {
    throw new Error(`expected one answer, got ${JSON.stringify(effects)}`);
  }
  const decoded = decodeMessage(effect.bytes);
  if (!decoded.ok) throw new Error(decoded.problem);
  return { socket: effect.socket, to: effect.to, bytes: effect.bytes, message: decoded.message };
}

function ignoredBecause(effects: Effect[]): string {
  const [effect] = effects;
  if (effects.length !== 1 || effect?.kind !== 'ignore') {
    throw new Error(`expected silence, got ${JSON.stringify(effects)}`);
  }
  return effect.reason;
}

function errorCode(message: StunMessage): number | undefined {
  return getAttribute(message, 'ERROR-CODE')?.code;
}

describe('Binding', () => {
  it('answers with the source address, the origin and the same transaction id', () => {
    const { socket, to, message } = answered(ask(makeServer(), 'PP', encodeMessage(request())));
    expect(socket).toBe('PP');
    expect(to).toEqual(client);
    expect(message.class).toBe('success');
    expect(message.transactionId).toEqual(id);
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(client);
    expect(getAttribute(message, 'RESPONSE-ORIGIN')).toEqual(endpoints.PP);
    expect(getAttribute(message, 'MAPPED-ADDRESS')).toBeUndefined();
  });

  it('answers IPv6 clients', () => {
    const from = { address: '2001:db8::7', port: 5000 };
    const server = makeServer({ endpoints: { PP: { address: '2001:db8::1', port: 3478 } } });
    const { message } = answered(ask(server, 'PP', encodeMessage(request()), from));
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(from);
  });

  it('gives the same answer to a retransmission', () => {
    const server = makeServer();
    const bytes = encodeMessage(request());
    expect(ask(server, 'PP', bytes, client, 0)).toEqual(ask(server, 'PP', bytes, client, 500));
  });

  it('sends a valid FINGERPRINT back exactly when one came', () => {
    const withOne = answered(ask(makeServer(), 'PP', sealMessage(request(), { fingerprint: true })));
    expect(checkFingerprint(withOne.bytes)).toBe('valid');
    const without = answered(ask(makeServer(), 'PP', encodeMessage(request())));
    expect(checkFingerprint(without.bytes)).toBe('absent');
  });

  it('ignores known attributes that do not belong here, and unknown optional ones', () => {
    const attributes: Attribute[] = [
      { name: 'PRIORITY', value: 1 },
      { name: 'USERNAME', value: 'someone' },
      { name: 'unknown', type: 0xffee, bytes: new Uint8Array(3) },
    ];
    expect(answered(ask(makeServer(), 'PP', encodeMessage(request(attributes)))).message.class).toBe(
      'success',
    );
  });

  it('refuses unknown required attributes with 420 and lists each once', () => {
    const attributes: Attribute[] = [0x7f01, 0x7f02, 0x7f01].map((type) => ({
      name: 'unknown',
      type,
      bytes: new Uint8Array(4),
    }));
    const { message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(message.class).toBe('error');
    expect(errorCode(message)).toBe(420);
    expect(getAttribute(message, 'UNKNOWN-ATTRIBUTES')).toEqual([0x7f01, 0x7f02]);
  });

  it('does not heed attributes behind the integrity', () => {
    const sealed = sealMessage(request(), { key: Uint8Array.of(1) });
    const behind = Uint8Array.of(0x7f, 0x01, 0, 0);
    const bytes = Uint8Array.of(...sealed, ...behind);
    bytes[3] = (bytes[3] ?? 0) + behind.length;
    expect(answered(ask(makeServer(), 'PP', bytes)).message.class).toBe('success');
  });

  it('refuses a required attribute that cannot be read with 400', () => {
    const attributes: Attribute[] = [{ name: 'malformed', type: 0x0003, bytes: Uint8Array.of(1) }];
    expect(errorCode(answered(ask(makeServer(), 'PP', encodeMessage(request(attributes)))).message)).toBe(
      400,
    );
  });

  it('tells a TURN client at once that there is no TURN here', () => {
    const allocate = request([{ name: 'REQUESTED-TRANSPORT', value: 17 }], { method: methods.allocate });
    const { message } = answered(ask(makeServer(), 'PP', encodeMessage(allocate)));
    expect(message.method).toBe(methods.allocate);
    expect(errorCode(message)).toBe(400);
  });
});

describe('silence', () => {
  const bare = encodeMessage(request());
  const patched = (at: number, value: number): Uint8Array => {
    const copy = bare.slice();
    copy[at] = value;
    return copy;
  };
  const wrongFingerprint = sealMessage(request(), { fingerprint: true });
  wrongFingerprint[wrongFingerprint.length - 1] = (wrongFingerprint.at(-1) ?? 0) ^ 1;

  const other = (messageClass: MessageClass): Uint8Array =>
    encodeMessage(request([], { class: messageClass }));
  const cases: readonly [string, Uint8Array][] = [
    ['an empty datagram', new Uint8Array()],
    ['a truncated header', bare.slice(0, 19)],
    ['a length that runs past the end', patched(3, 4)],
    ['a length that is no multiple of four', patched(3, 3)],
    ['bytes behind the message', Uint8Array.of(...bare, 0, 0, 0, 0)],
    ['set top bits', patched(0, 0xc0)],
    ['HTTP', new TextEncoder().encode('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n')],
    ['an unknown method', encodeMessage(request([], { method: 0x0ff }))],
    ['the Shared Secret method of RFC 3489', encodeMessage(request([], { method: 0x002 }))],
    ['an indication', other('indication')],
    ['a success response, e.g. our own coming back', other('success')],
    ['an error response', other('error')],
    ['a wrong FINGERPRINT', wrongFingerprint],
  ];
  it.each(cases)('on %s', (_name, bytes) => {
    expect(ignoredBecause(ask(makeServer(), 'PP', bytes))).not.toBe('');
  });

  it('on a source port that cannot be answered', () => {
    expect(ignoredBecause(ask(makeServer(), 'PP', bare, { ...client, port: 0 }))).toContain('port 0');
  });
});

describe('RFC 5780', () => {
  const changes = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  // RFC 5780 s6.1, table 1, written out: asked corner → corner that answers, for the four changes above.
  const table: Readonly<Record<Corner, readonly Corner[]>> = {
    PP: ['PP', 'AP', 'PA', 'AA'],
    PA: ['PA', 'AA', 'PP', 'AP'],
    AP: ['AP', 'PP', 'AA', 'PA'],
    AA: ['AA', 'PA', 'AP', 'PP'],
  };
  const cases = corners.flatMap((asked) =>
    changes.map(([changeIp, changePort], index) => ({
      asked,
      changeIp,
      changePort,
      from: table[asked][index] ?? asked,
    })),
  );
  it.each(cases)('$asked, change IP $changeIp, change port $changePort: from $from', (row) => {
    const { asked, from, changeIp, changePort } = row;
    const change: Attribute = { name: 'CHANGE-REQUEST', value: { changeIp, changePort } };
    const { socket, to, message } = answered(ask(makeServer(), asked, encodeMessage(request([change]))));
    expect(socket).toBe(from);
    expect(to).toEqual(client);
    expect(getAttribute(message, 'RESPONSE-ORIGIN')).toEqual(endpoints[from]);
    // OTHER-ADDRESS depends on where the request arrived only, never on the change (coturn issue 667).
    expect(getAttribute(message, 'OTHER-ADDRESS')).toEqual(endpoints[table[asked][3] ?? 'PP']);
  });

  const { PP, PA, AP } = endpoints;
  const partial: readonly [string, CornerEndpoints][] = [
    ['one endpoint', { PP }],
    ['one address, two ports', { PP, PA }],
    ['three endpoints', { PP, PA, AP }],
    ['an alternate address that is the same', { PP, PA, AP: PP, AA: PA }],
  ];
  it.each(partial)('%s: announces no alternate and refuses CHANGE-REQUEST with 420', (_name, given) => {
    const server = makeServer({ endpoints: given });
    const plain = answered(ask(server, 'PP', encodeMessage(request())));
    expect(getAttribute(plain.message, 'OTHER-ADDRESS')).toBeUndefined();
    const change: Attribute = { name: 'CHANGE-REQUEST', value: { changeIp: false, changePort: true } };
    const changed = answered(ask(server, 'PP', encodeMessage(request([change]))));
    expect(errorCode(changed.message)).toBe(420);
    expect(getAttribute(changed.message, 'UNKNOWN-ATTRIBUTES')).toEqual([0x0003]);
    expect(changed.socket).toBe('PP');
  });

  it('honours RESPONSE-PORT, at the same address only', () => {
    const attributes: Attribute[] = [{ name: 'RESPONSE-PORT', value: 50_123 }];
    const { to, message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(to).toEqual({ address: client.address, port: 50_123 });
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(client);
  });

  it.each([0, 53, 1023])('does not aim at port %i', (port) => {
    const attributes: Attribute[] = [{ name: 'RESPONSE-PORT', value: port }];
    const { to, message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(errorCode(message)).toBe(400);
    expect(to).toEqual(client);
  });

  it('refuses PADDING together with RESPONSE-PORT', () => {
    const attributes: Attribute[] = [
      { name: 'PADDING', value: new Uint8Array(8) },
      { name: 'RESPONSE-PORT', value: 50_123 },
    ];
    const { to, message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(errorCode(message)).toBe(400);
    expect(to).toEqual(client);
  });

  it.each([
    [0, 0],
    [4, 4],
    [1500, 1500],
    [9000, 1500],
  ])('answers %i bytes of PADDING with %i', (sent, expected) => {
    const attributes: Attribute[] = [{ name: 'PADDING', value: new Uint8Array(sent) }];
    const { message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(getAttribute(message, 'PADDING')?.length).toBe(expected);
  });

  it('never reflects to an address that the client names (RFC 3489 RESPONSE-ADDRESS)', () => {
    const victim = { address: '192.0.2.66', port: 80 };
    const attributes: Attribute[] = [{ name: 'RESPONSE-ADDRESS', value: victim }];
    const { to, message } = answered(ask(makeServer(), 'PP', encodeMessage(request(attributes))));
    expect(to).toEqual(client);
    expect(errorCode(message)).toBe(420);
  });

  it('says nothing about its origin when it listens on every address', () => {
    const server = makeServer({ endpoints: { PP: { address: '0.0.0.0', port: 3478 } } });
    const { message } = answered(ask(server, 'PP', encodeMessage(request())));
    expect(getAttribute(message, 'RESPONSE-ORIGIN')).toBeUndefined();
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(client);
  });
});

describe('RFC 3489 clients', () => {
  const classic = (attributes: readonly Attribute[] = []): Uint8Array =>
    encodeMessage(request(attributes, { classicCookie: 0x0102_0304 }));

  it('get addresses in clear, the three classic attributes and their own 128-bit id', () => {
    const { bytes, message } = answered(ask(makeServer({ software: 'polynya' }), 'PP', classic()));
    expect([...bytes.slice(4, 8)]).toEqual([1, 2, 3, 4]);
    expect(message.transactionId).toEqual(id);
    expect(message.attributes.map((attribute) => attribute.name)).toEqual([
      'MAPPED-ADDRESS',
      'SOURCE-ADDRESS',
      'CHANGED-ADDRESS',
    ]);
    expect(getAttribute(message, 'MAPPED-ADDRESS')).toEqual(client);
    expect(getAttribute(message, 'SOURCE-ADDRESS')).toEqual(endpoints.PP);
    expect(getAttribute(message, 'CHANGED-ADDRESS')).toEqual(endpoints.AA);
  });

  it('may ask for a change', () => {
    const change: Attribute = { name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: true } };
    expect(answered(ask(makeServer(), 'PP', classic([change]))).socket).toBe('AA');
  });

  it('can be switched off', () => {
    expect(ignoredBecause(ask(makeServer({ classic: false }), 'PP', classic()))).toContain('cookie');
  });
});

describe('TCP', () => {
  const bytes = encodeMessage(request());

  it('answers on the same stream, byte by byte and two at once', () => {
    const server = makeServer();
    const slowly = [...bytes].flatMap((byte) => ask(server, 'tcp:1', Uint8Array.of(byte)));
    expect(answered(slowly)).toMatchObject({ socket: 'tcp:1', to: client });
    const twice = ask(server, 'tcp:1', Uint8Array.of(...bytes, ...bytes));
    expect(twice.map((effect) => effect.kind)).toEqual(['send', 'send']);
  });

  it('announces no alternate and refuses CHANGE-REQUEST and RESPONSE-PORT with 420', () => {
    const server = makeServer();
    const plain = answered(ask(server, 'tcp:1', bytes)).message;
    expect(getAttribute(plain, 'OTHER-ADDRESS')).toBeUndefined();
    expect(getAttribute(plain, 'RESPONSE-ORIGIN')).toEqual(endpoints.PP);
    const attributes: Attribute[] = [
      { name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: false } },
      { name: 'RESPONSE-PORT', value: 50_000 },
    ];
    const refused = answered(ask(server, 'tcp:1', encodeMessage(request(attributes)))).message;
    expect(errorCode(refused)).toBe(420);
    expect(getAttribute(refused, 'UNKNOWN-ATTRIBUTES')).toEqual([0x0003, 0x0027]);
  });

  it('closes a stream that is not STUN, after answering what came before', () => {
    const junk = new TextEncoder().encode('SSH-2.0-OpenSSH_9.2\r\n');
    const effects = ask(makeServer(), 'tcp:1', Uint8Array.of(...bytes, ...junk));
    expect(effects.map((effect) => effect.kind)).toEqual(['send', 'ignore', 'close']);
  });

  it('keeps streams apart and forgets a closed one', () => {
    const server = makeServer();
    expect(ask(server, 'tcp:1', bytes.slice(0, 10))).toEqual([]);
    expect(answered(ask(server, 'tcp:2', bytes)).socket).toBe('tcp:2');
    server.handle(0, { kind: 'closed', socket: 'tcp:1' });
    expect(answered(ask(server, 'tcp:1', bytes)).socket).toBe('tcp:1');
  });
});

describe('limits', () => {
  const sizes = [
    request(),
    request([], { classicCookie: 7 }),
    request([{ name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: true } }]),
    request([{ name: 'PADDING', value: new Uint8Array(0) }]),
    request([{ name: 'PADDING', value: new Uint8Array(9000) }]),
    request([{ name: 'unknown', type: 0x7f01, bytes: new Uint8Array(0) }]),
    request([], { method: methods.allocate }),
  ].map((message) => encodeMessage(message));

  it('never answers with more than three times the bytes that came (IPv4)', () => {
    const server = makeServer({ software: 'polynya with a rather long name that nobody needs' });
    for (const bytes of sizes) {
      const answer = answered(ask(server, 'PP', bytes));
      expect(answer.bytes.length / bytes.length).toBeLessThanOrEqual(maxAmplification);
    }
  });

  it('PADDING does not amplify at all', () => {
    const server = makeServer();
    const padded = (size: number): number => {
      const bytes = encodeMessage(request([{ name: 'PADDING', value: new Uint8Array(size) }]));
      return answered(ask(server, 'PP', bytes)).bytes.length - bytes.length;
    };
    expect(padded(1500)).toBe(padded(0));
  });

  it('sends SOFTWARE where there is room for it', () => {
    const server = makeServer({ software: 'polynya' });
    const sealed = sealMessage(request([{ name: 'SOFTWARE', value: 'polynya' }]), { fingerprint: true });
    expect(getAttribute(answered(ask(server, 'PP', sealed)).message, 'SOFTWARE')).toBe('polynya');
    const bare = answered(ask(server, 'PP', encodeMessage(request())));
    expect(getAttribute(bare.message, 'SOFTWARE')).toBeUndefined();
  });

  it('serves fifteen probes at once from one address, then slows that address down and no other', () => {
    const server = makeServer();
    const bytes = encodeMessage(request());
    for (let sent = 0; sent < 15 * 130; sent += 1) {
      expect(ask(server, 'PP', bytes, { ...client, port: 1024 + sent })[0]?.kind).toBe('send');
    }
    for (let sent = 0; sent < 100; sent += 1) ask(server, 'PP', bytes);
    expect(ignoredBecause(ask(server, 'PP', bytes))).toContain('too many');
    expect(ask(server, 'PP', bytes, { ...client, address: '198.51.100.8' })[0]?.kind).toBe('send');
    expect(ask(server, 'PP', bytes, client, 1000)[0]?.kind).toBe('send');
  });

  it('junk does not use up the tokens of its source', () => {
    const server = makeServer({ limits: { burst: 1, perSecond: 0 } });
    for (let sent = 0; sent < 10; sent += 1) ask(server, 'PP', new Uint8Array(20).fill(0xff));
    expect(ask(server, 'PP', encodeMessage(request()))[0]?.kind).toBe('send');
  });
});
