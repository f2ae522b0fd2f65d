/** RFC 5780 servers as they are met: in order, half dead, lying, deaf. */
import type { Attribute } from '../../stun/attributes.ts';
import type { AddressFamily, Endpoint } from '../../stun/endpoint.ts';
import type { Machine } from '../../stun/machine.ts';
import type { StunMessage } from '../../stun/message.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import { isCorner } from '../../turn/server/corners.ts';
import { asksForChange, type Bend, BentServer, rewriting } from './bent-server.ts';

export type Corners = Readonly<Record<'PP' | 'PA' | 'AP' | 'AA', Endpoint>>;

const serverAddresses: Record<AddressFamily, readonly [string, string]> = {
  ipv4: ['203.0.113.10', '203.0.113.11'],
  ipv6: ['2001:db8:1::10', '2001:db8:1::11'],
};
/** Another server, of somebody else. */
export const strangerAddresses = ['203.0.113.50', '203.0.113.51'] as const;

export function cornersOf([primary, alternate]: readonly [string, string], port = 3478): Corners {
  return {
    PP: { address: primary, port },
    PA: { address: primary, port: port + 1 },
    AP: { address: alternate, port },
    AA: { address: alternate, port: port + 1 },
  };
}

export function serverCorners(family: AddressFamily): Corners {
  return cornersOf(serverAddresses[family]);
}

export interface ServerSetup {
  readonly machine: Machine;
  /** Corners where it really listens. */
  readonly sockets: Readonly<Record<string, Endpoint>>;
}

type MakeServer = (corners: Corners) => ServerSetup;

/** All four corners, some of which may be dead, and answers bent. */
function bent(bend: Bend, only: (corners: Corners) => Partial<Corners> = (c) => c) {
  return (corners: Corners): ServerSetup => ({
    machine: new BentServer(corners, { bend }),
    sockets: only(corners) as Readonly<Record<string, Endpoint>>,
  });
}

function announcing(other: (corners: Corners) => Endpoint): MakeServer {
  return (corners) => bent(rewriting((message) => announce(message, other(corners))))(corners);
}

function announce(message: StunMessage, value: Endpoint): StunMessage {
  const attributes = message.attributes.map((a) =>
    a.name === 'OTHER-ADDRESS' ? ({ name: 'OTHER-ADDRESS', value } as const) : a,
  );
  return { ...message, attributes };
}

/** Adds MAPPED-ADDRESS as older servers do, and coturn to this day; `alone` leaves the modern one out. */
function withMapped(message: StunMessage, alone: boolean): StunMessage {
  const attributes = message.attributes.flatMap((a): Attribute[] =>
    a.name === 'XOR-MAPPED-ADDRESS'
      ? [{ name: 'MAPPED-ADDRESS', value: a.value } as const, ...(alone ? [] : [a])]
      : [a],
  );
  return { ...message, attributes };
}

const leavingFrom = (corner: keyof Corners) =>
  bent((effect) =>
    effect.kind === 'send' && isCorner(effect.socket) ? [{ ...effect, socket: corner }] : [effect],
  );

const deafToChanges: MakeServer = (corners) => ({
  machine: new BentServer(corners, { hears: (input) => !asksForChange(input) }),
  sockets: corners,
});

export const serverKinds = {
  full: (corners) => ({
    machine: new BindingServer({ endpoints: corners, software: 'test' }),
    sockets: corners,
  }),
  /** Answers with both kinds of mapped address, as coturn does. */
  'both-mapped': bent(rewriting((message) => withMapped(message, false))),
  /** RFC 3489: MAPPED-ADDRESS only. */
  'mapped-only': bent(rewriting((message) => withMapped(message, true))),
  'no-alternate': ({ PP }) => ({
    machine: new BindingServer({ endpoints: { PP }, software: 'test' }),
    sockets: { PP },
  }),
  'alternate-ip-dead': bent(
    (effect) => [effect],
    ({ PP, PA }) => ({ PP, PA }),
  ),
  'alternate-port-dead': bent(
    (effect) => [effect],
    ({ PP, AP }) => ({ PP, AP }),
  ),
  'alternate-nobody': announcing(({ AA }) => ({ address: '203.0.113.99', port: AA.port })),
  'alternate-private': announcing(({ AA }) => ({ address: '192.168.1.1', port: AA.port })),
  'alternate-other-family': announcing(({ AA }) => ({ address: '2001:db8:1::11', port: AA.port })),
  /** The right address, and a port where nobody listens. */
  'alternate-wrong-port': announcing(({ AA }) => ({ address: AA.address, port: 9 })),
  'alternate-same-ip': announcing(({ PA }) => PA),
  /** Names a living server that is not its own. */
  'alternate-stranger': announcing(() => ({ address: strangerAddresses[1], port: 3479 })),
  /** Answers everything from the address that was asked, as Google’s servers do. */
  'ignores-change': bent((effect, asked) =>
    effect.kind === 'send' ? [{ ...effect, socket: asked }] : [effect],
  ),
  /** Never answers a request for another source. */
  'deaf-to-change': deafToChanges,
  /** What shall leave from its other IP address never does: a firewall of its own, a route that is missing. */
  'other-ip-mute': bent((effect, asked) =>
    effect.kind === 'send' && isCorner(effect.socket) && effect.socket[0] !== asked[0] ? [] : [effect],
  ),
  /** Answers plain requests, too, from another address and port. */
  'answers-from-alternate': leavingFrom('AA'),
  /** Answers from another port of the address that was asked. */
  'answers-from-other-port': leavingFrom('PA'),
} as const satisfies Record<string, MakeServer>;

export type ServerKind = keyof typeof serverKinds;
