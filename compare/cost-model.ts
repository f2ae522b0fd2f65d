/**
 * What a room costs over a path, counted from its streams: N participants, each of whom sends one picture and one tone
 * and sees up to `shown` others. Feedback and checks are counted per connection.
 */
import type { Path, Transport } from '../contract/basics.ts';
import {
  channelDataBytes,
  measuredCosts,
  measuredPixels,
  type ProcessorCosts,
  type ServerCost,
  type SfuServer,
} from './constants.ts';
import { both, type MediaRates, onTheWire, type StreamRate } from './media-rates.ts';

export interface RoomShape {
  readonly path: Path;
  readonly participants: number;
  readonly rates: MediaRates;
  /** Others whom each participant sees and hears at most; absent: all. Only a media server can hold streams back. */
  readonly shown?: number;
  /** Share of the connections between participants, or with the media server, that go through TURN: 0–1. */
  readonly relayedShare?: number;
  /** To the TURN server; absent: UDP. */
  readonly transport?: Transport;
  /** Which SFU; absent: the embedded one. */
  readonly server?: SfuServer;
  /** So many participants are bots, which send no transport-wide feedback; absent: none. */
  readonly bots?: number;
}

export interface ClientCost {
  readonly connections: number;
  readonly upKbps: number;
  readonly downKbps: number;
  readonly encodedFps: number;
  readonly decodedFps: number;
  /** 100 = one core. */
  readonly cpuPercent: number;
}

export interface RoomCost {
  /** Of each participant. */
  readonly client: ClientCost;
  /** The media server’s; null: the path has none. IP headers are not counted, as in {@link ClientCost}. */
  readonly server: {
    readonly inKbps: number;
    readonly outKbps: number;
    readonly packetsPerSec: number;
    readonly cpuPercent: number;
  } | null;
  /** The TURN server’s; null: nothing is relayed. */
  readonly turn: {
    /** What it hands to clients, as payload of UDP. */
    readonly outKbps: number;
    readonly packetsPerSec: number;
    readonly cpuPercent: number;
  } | null;
  /** What leaves the operator’s servers, with IP and UDP headers: what a cloud sells. */
  readonly paidKbps: number;
}

/**
 * Of each connection, in each direction: transport-wide feedback, which libwebrtc sends every 50 ms at these rates
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §4), or with a media server reports once a second.
 */
const feedback = {
  betweenBrowsers: { kbps: 10, packetsPerSec: 20 },
  withServer: { kbps: 1, packetsPerSec: 1 },
} as const;

export function roomCost(shape: RoomShape, costs: ProcessorCosts = measuredCosts): RoomCost {
  const { path } = shape;
  if (path === 'sfu') return sfuCost(shape, costs);
  return path === 'mcu' ? mcuCost(shape, costs) : meshCost(shape, costs);
}

/** Everybody sends to everybody; a relay carries the same. */
function meshCost(
  { path, participants: n, rates, relayedShare, transport = 'udp', bots = 0 }: RoomShape,
  costs: ProcessorCosts,
): RoomCost {
  const others = n - 1;
  const browsers = n - bots;
  const betweenBrowsers = (browsers * (browsers - 1)) / (n * others);
  const link = sum(both(rates), times(feedback.betweenBrowsers, betweenBrowsers));
  const { kbps } = times(link, others);
  const relayed = relayedShare ?? (path === 'relay' ? 1 : 0);
  const turn = turnCost(times(link, relayed * n * others), relayed * n, costs.turn[transport]);
  return {
    client: clientCost(
      { connections: others, upKbps: kbps, downKbps: kbps },
      { encoders: others, decoders: others },
      rates,
      costs,
    ),
    server: null,
    turn,
    paidKbps: paid(null, turn),
  };
}

/** Each sends once to the server, which forwards to all others (RFC 7667 §3.7). */
function sfuCost(
  {
    participants: n,
    rates,
    shown,
    relayedShare = 0,
    transport = 'udp',
    server: name = 'embedded',
  }: RoomShape,
  costs: ProcessorCosts,
): RoomCost {
  const seen = Math.min(shown ?? n - 1, n - 1);
  const stream = both(rates);
  const up = sum(stream, times(feedback.withServer, seen));
  const forwarded = times(stream, seen);
  const down = sum(forwarded, feedback.withServer);
  const server = {
    inKbps: n * up.kbps,
    outKbps: n * down.kbps,
    packetsPerSec: n * forwarded.packetsPerSec,
    cpuPercent: serverCpu(costs.sfu[name], n, n * forwarded.packetsPerSec),
  };
  const turn = turnCost(times(sum(up, down), relayedShare * n), relayedShare * n, costs.turn[transport]);
  return {
    client: clientCost(
      { connections: 1 + seen, upKbps: up.kbps, downKbps: down.kbps },
      { encoders: 1, decoders: seen },
      rates,
      costs,
    ),
    server,
    turn,
    paidKbps: paid(server, turn),
  };
}

/** Each sends its sound and gets one mix, whatever the size of the room (RFC 7667 §3.6). There is no picture. */
function mcuCost(
  { participants: n, rates, relayedShare = 0, transport = 'udp' }: RoomShape,
  costs: ProcessorCosts,
): RoomCost {
  const up = sum(rates.audio, feedback.withServer);
  const down = sum(rates.mix, feedback.withServer);
  const server = {
    inKbps: n * up.kbps,
    outKbps: n * down.kbps,
    packetsPerSec: n * rates.mix.packetsPerSec,
    cpuPercent: costs.mcu.base + n * costs.mcu.perParticipant,
  };
  const turn = turnCost(times(sum(up, down), relayedShare * n), relayedShare * n, costs.turn[transport]);
  return {
    client: clientCost(
      { connections: 1, upKbps: up.kbps, downKbps: down.kbps },
      { encoders: 0, decoders: 0 },
      rates,
      costs,
    ),
    server,
    turn,
    paidKbps: paid(server, turn),
  };
}

function clientCost(
  traffic: Pick<ClientCost, 'connections' | 'upKbps' | 'downKbps'>,
  { encoders, decoders }: { encoders: number; decoders: number },
  { framesPerSec, pixels }: MediaRates,
  costs: ProcessorCosts,
): ClientCost {
  const [encodedFps, decodedFps] = [encoders * framesPerSec, decoders * framesPerSec];
  const { base, perConnection, perEncodedFrame, perDecodedFrame } = costs.client;
  const pictures = encodedFps * perEncodedFrame + decodedFps * perDecodedFrame;
  const cpuPercent = base + traffic.connections * perConnection + (pictures * pixels) / measuredPixels;
  return { ...traffic, encodedFps, decodedFps, cpuPercent };
}

/** @param participants who send through it */
function turnCost(flow: StreamRate, participants: number, cost: ServerCost): RoomCost['turn'] {
  if (flow.packetsPerSec === 0) return null;
  return {
    outKbps: flow.kbps,
    packetsPerSec: flow.packetsPerSec,
    cpuPercent: serverCpu(cost, participants, flow.packetsPerSec),
  };
}

/** Percent of a core that passing the packets on takes: all of it under load. */
export function forwardingCpu({ perThousandPackets }: ServerCost, packetsPerSec: number): number {
  return (perThousandPackets * packetsPerSec) / 1000;
}

/** Share of the time in which a server that works so much can be woken at all, because it sleeps: 0–1. */
export function asleep(forwardingPercent: number): number {
  return Math.max(0, 1 - forwardingPercent / 100);
}

function serverCpu(cost: ServerCost, participants: number, packetsPerSec: number): number {
  const forwarding = forwardingCpu(cost, packetsPerSec);
  const waking = Math.min(100, cost.base + cost.perParticipant * participants);
  return forwarding + asleep(forwarding) * waking;
}

function paid(server: RoomCost['server'], turn: RoomCost['turn']): number {
  const ofServer =
    server === null ? 0 : onTheWire({ kbps: server.outKbps, packetsPerSec: server.packetsPerSec });
  if (turn === null) return ofServer;
  const { outKbps, packetsPerSec } = turn;
  const framing = (packetsPerSec * channelDataBytes * 8) / 1000;
  return ofServer + onTheWire({ kbps: outKbps + framing, packetsPerSec });
}

function sum(a: StreamRate, b: StreamRate): StreamRate {
  return { kbps: a.kbps + b.kbps, packetsPerSec: a.packetsPerSec + b.packetsPerSec };
}

function times({ kbps, packetsPerSec }: StreamRate, count: number): StreamRate {
  return { kbps: kbps * count, packetsPerSec: packetsPerSec * count };
}

/** Gigabytes (10⁹ bytes) that so many kbit/s make in an hour. */
export function gigabytesPerHour(kbps: number): number {
  return (kbps * 1000 * 3600) / 8 / 1e9;
}
