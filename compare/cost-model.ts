/**
 * What a room costs over a path, counted from its streams: N participants, each of whom sends one picture and one tone
 * and sees up to `shown` others. Feedback and checks are counted per connection.
 */
import type { Path } from '../contract/basics.ts';
import { channelDataBytes, measuredCosts, measuredPixels, type ProcessorCosts } from './constants.ts';
import { both, type MediaRates, onTheWire, type StreamRate } from './media-rates.ts';

export interface RoomShape {
  readonly path: Path;
  readonly participants: number;
  readonly rates: MediaRates;
  /** Others whom each participant sees and hears at most; absent: all. Only a media server can hold streams back. */
  readonly shown?: number;
  /** Share of the connections between participants, or with the media server, that go through TURN: 0–1. */
  readonly relayedShare?: number;
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
const feedbackKbps = { betweenBrowsers: 10, withServer: 2 } as const;

export function roomCost(shape: RoomShape, costs: ProcessorCosts = measuredCosts): RoomCost {
  const { path } = shape;
  if (path === 'sfu') return sfuCost(shape, costs);
  return path === 'mcu' ? mcuCost(shape, costs) : meshCost(shape, costs);
}

/** Everybody sends to everybody; a relay carries the same, and each relayed packet twice where both ends have a relay. */
function meshCost(
  { path, participants: n, rates, relayedShare }: RoomShape,
  costs: ProcessorCosts,
): RoomCost {
  const others = n - 1;
  const stream = both(rates);
  const perConnection = stream.kbps + feedbackKbps.betweenBrowsers;
  const relayed = relayedShare ?? (path === 'relay' ? 1 : 0);
  const hops = path === 'relay' ? 2 : 1;
  const turn = turnCost(stream, relayed * n * others * hops, costs);
  return {
    client: clientCost(
      { connections: others, upKbps: others * perConnection, downKbps: others * perConnection },
      { encoders: others, decoders: others },
      rates,
      costs,
    ),
    server: null,
    turn,
    // Between two relayed addresses of one server nothing leaves it.
    paidKbps: turn === null ? 0 : onTheWire(leaves(turn)) / hops,
  };
}

/** Each sends once to the server, which forwards to all others (RFC 7667 §3.7). */
function sfuCost(
  { participants: n, rates, shown, relayedShare = 0 }: RoomShape,
  costs: ProcessorCosts,
): RoomCost {
  const seen = Math.min(shown ?? n - 1, n - 1);
  const stream = both(rates);
  const forwarded: StreamRate = { kbps: seen * stream.kbps, packetsPerSec: seen * stream.packetsPerSec };
  const server = {
    inKbps: n * (stream.kbps + seen * feedbackKbps.withServer),
    outKbps: n * (forwarded.kbps + feedbackKbps.withServer),
    packetsPerSec: n * forwarded.packetsPerSec,
    cpuPercent: costs.sfuBase + (costs.sfuPerThousandPackets * n * forwarded.packetsPerSec) / 1000,
  };
  const relayed = relayedShare * n;
  const turn = addTurn(turnCost(stream, relayed, costs), turnCost(forwarded, relayed, costs));
  return {
    client: clientCost(
      {
        connections: 1 + seen,
        upKbps: stream.kbps + seen * feedbackKbps.withServer,
        downKbps: forwarded.kbps + feedbackKbps.withServer,
      },
      { encoders: 1, decoders: seen },
      rates,
      costs,
    ),
    server,
    turn,
    paidKbps: onTheWire(leaves(server)) + (turn === null ? 0 : onTheWire(leaves(turn))),
  };
}

/** Each sends its sound and gets one mix, whatever the size of the room (RFC 7667 §3.6). There is no picture. */
function mcuCost({ participants: n, rates, relayedShare = 0 }: RoomShape, costs: ProcessorCosts): RoomCost {
  const { audio } = rates;
  const eachWay = audio.kbps + feedbackKbps.withServer;
  const server = {
    inKbps: n * eachWay,
    outKbps: n * eachWay,
    packetsPerSec: n * audio.packetsPerSec,
    cpuPercent: n * costs.mcuPerParticipant,
  };
  const turn = turnCost(audio, 2 * relayedShare * n, costs);
  return {
    client: clientCost(
      { connections: 1, upKbps: eachWay, downKbps: eachWay },
      { encoders: 0, decoders: 0 },
      rates,
      costs,
    ),
    server,
    turn,
    paidKbps: onTheWire(leaves(server)) + (turn === null ? 0 : onTheWire(leaves(turn))),
  };
}

function clientCost(
  traffic: Pick<ClientCost, 'connections' | 'upKbps' | 'downKbps'>,
  { encoders, decoders }: { encoders: number; decoders: number },
  { framesPerSec, pixels }: MediaRates,
  costs: ProcessorCosts,
): ClientCost {
  const [encodedFps, decodedFps] = [encoders * framesPerSec, decoders * framesPerSec];
  const pictures = encodedFps * costs.clientPerEncodedFrame + decodedFps * costs.clientPerDecodedFrame;
  const cpuPercent =
    costs.clientBase + traffic.connections * costs.clientPerConnection + (pictures * pixels) / measuredPixels;
  return { ...traffic, encodedFps, decodedFps, cpuPercent };
}

/** @param streams that pass the server; each is counted once for each time that it passes */
function turnCost(stream: StreamRate, streams: number, costs: ProcessorCosts): RoomCost['turn'] {
  if (streams === 0) return null;
  const packetsPerSec = stream.packetsPerSec * streams;
  return {
    outKbps: stream.kbps * streams + (packetsPerSec * channelDataBytes * 8) / 1000,
    packetsPerSec,
    cpuPercent: (costs.turnPerThousandPackets * packetsPerSec) / 1000,
  };
}

function addTurn(a: RoomCost['turn'], b: RoomCost['turn']): RoomCost['turn'] {
  if (a === null || b === null) return a ?? b;
  return {
    outKbps: a.outKbps + b.outKbps,
    packetsPerSec: a.packetsPerSec + b.packetsPerSec,
    cpuPercent: a.cpuPercent + b.cpuPercent,
  };
}

function leaves({ outKbps, packetsPerSec }: { outKbps: number; packetsPerSec: number }): StreamRate {
  return { kbps: outKbps, packetsPerSec };
}

/** Gigabytes (10⁹ bytes) that so many kbit/s make in an hour. */
export function gigabytesPerHour(kbps: number): number {
  return (kbps * 1000 * 3600) / 8 / 1e9;
}
