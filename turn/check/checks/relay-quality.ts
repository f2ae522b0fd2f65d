/** Group F: relay to relay, what the relay costs in time, loss and jitter, and set-up time by transport. */
import { contains, parseAddress } from '../../lint/address.ts';
import { peerRangeOf } from '../../lint/peer-range.ts';
import type { Check } from '../check.ts';
import { listen, now, type Packet, type Script, send } from '../engine/script.ts';
import { asRelayed, atClient, openPeer, type Peer, payload, permit, sendTo, untilArrived } from '../relay.ts';
import { Session } from '../session.ts';
import type { Site, Target } from '../site.ts';
import { describeTimes, jitterMs, percentile } from '../statistics.ts';
import { failed, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { errorCodeOf, told } from '../wire.ts';
import { withPeer } from '../with-peer.ts';

/** How long one relayed datagram takes from our second socket to the client: one round trip and the server's work. */
function* loopTimes(session: Session, peer: Peer, count: number): Script<number[]> {
  const times: number[] = [];
  const relayed = session.relayed ?? session.target.server;
  for (let i = 0; i < count; i += 1) {
    const data = payload(session.site, 160);
    const sentMs = yield* send(peer.socket, relayed, data);
    const packets = yield* listen(1000, (arrived) => atClient(session, data)(arrived) !== null);
    const found = atClient(session, data)(packets);
    if (found !== null) times.push(found.packet.atMs - sentMs);
  }
  return times;
}

function* bindingTimes(session: Session, count: number): Script<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const reply = yield* session.bare('F04/binding', 'binding');
    if (reply.rttMs !== null) times.push(reply.rttMs);
  }
  return times;
}

interface Flow {
  readonly name: string;
  readonly gapMs: number;
  readonly bytes: number;
}
/** Opus at 20 ms, and 2.5 Mbit/s of video in packets of 1100 bytes. */
const flows: readonly Flow[] = [
  { name: 'audio, 50 packets a second', gapMs: 20, bytes: 160 },
  { name: 'video, 2.5 Mbit/s', gapMs: 3.52, bytes: 1100 },
];
const flowMs = 5000;

interface FlowResult {
  readonly sent: number;
  readonly times: readonly number[];
}

/** Sends by schedule; each packet carries its number, and its time counts from when it should have gone out. */
function* runFlow(session: Session, peer: Peer, { gapMs, bytes }: Flow): Script<FlowResult> {
  const { site } = session;
  const mark = payload(site, 8);
  const relayed = session.relayed ?? session.target.server;
  const count = Math.floor(flowMs / gapMs);
  const dueMs: number[] = [];
  const got: Packet[] = [];
  let nowMs = yield* send(peer.socket, relayed, new Uint8Array(0));
  const startMs = nowMs + 1;
  for (let i = 0; i < count; i += 1) {
    const due = startMs + i * gapMs;
    dueMs.push(due);
    while (nowMs < due) {
      got.push(...(yield* listen(due - nowMs)));
      nowMs = due;
    }
    const data = new Uint8Array(bytes);
    data.set(mark);
    new DataView(data.buffer).setUint32(8, i);
    nowMs = Math.max(nowMs, yield* send(peer.socket, relayed, data));
  }
  got.push(...(yield* listen(500)));
  const arrivedMs = new Map<number, number>();
  for (const packet of got) {
    const data = packet.socket === session.socket ? (asRelayed(packet)?.data ?? null) : null;
    if (data === null || data.length !== bytes || !mark.every((byte, i) => data[i] === byte)) continue;
    const index = new DataView(data.buffer, data.byteOffset).getUint32(8);
    if (!arrivedMs.has(index)) arrivedMs.set(index, packet.atMs);
  }
  return { sent: count, times: [...arrivedMs].map(([i, atMs]) => atMs - (dueMs[i] ?? atMs)) };
}

/** Who serves media servers alone denies everybody else, the relay's own address included. */
function isToBeDenied({ mustDeny, mustAllow }: Site, text: string): boolean {
  const address = parseAddress(text);
  const isIn = (ranges: readonly string[]) =>
    address !== null &&
    ranges.some((range) => {
      const parsed = peerRangeOf(range);
      return parsed !== null && contains(parsed, address);
    });
  return isIn(mustDeny) && !isIn(mustAllow);
}

/** An allocation over this way, with the second socket permitted; a sentence where it fails. */
function* readyWay(
  site: Site,
  target: Target,
  name: string,
): Script<{ session: Session; peer: Peer } | string> {
  const session = new Session(site, name, site.credentials, target);
  const obstacle = yield* session.open();
  if (obstacle !== null) return obstacle;
  const reply = yield* session.allocate(`${name}/allocate`);
  if (reply.outcome !== 'success') return told(reply);
  const peer = yield* openPeer(site, `${name}-peer`);
  if (typeof peer === 'string') return peer;
  const allowed = yield* permit(session, `${name}/permission`, peer.mapped);
  return allowed.outcome === 'success' ? { session, peer } : `permission: ${told(allowed)}`;
}

export const relayQuality: readonly Check[] = [
  {
    id: 'P19',
    title: 'Two clients of the same server reach each other',
    severity: 'high',
    rfc: 'RFC 8656 §10.2',
    sent: 'CreatePermission for the relayed address of a second allocation',
    expected: 'success: two clients behind strict NATs need it',
    fix: {
      coturn:
        'allowed-peer-ip=OWN-ADDRESS, a single one, which wins over denied-peer-ip: the public address, or behind external-ip the private one, into which coturn translates before it looks at the rules. Other services of the host belong behind its firewall then',
      other: 'Allow the server’s own relayed address as a peer.',
    },
    *run({ site, session }) {
      const other = new Session(site, 'second-client');
      yield* other.open();
      const reply = yield* other.allocate('P19/allocate');
      if (other.relayed === null || session.relayed === null) return skipped(told(reply));
      const allowed = yield* permit(session, 'P19/permission', other.relayed);
      const back = yield* permit(other, 'P19/permission-back', session.relayed);
      if (errorCodeOf(allowed) === 403) {
        const { address } = other.relayed;
        yield* other.release();
        if (isToBeDenied(site, address)) return skipped(`403 for ${address}, as --must-deny wants it`);
        return failed(`403 for ${address}, the server’s own relayed address`);
      }
      if (allowed.outcome !== 'success' || back.outcome !== 'success') return skipped(told(allowed));
      const data = payload(site);
      const to = other.relayed;
      const arrived = yield* untilArrived(site, () => sendTo(session, to, data), atClient(other, data));
      site.knowledge.hairpin = arrived !== null;
      yield* other.release();
      return passed('the permission is granted');
    },
  },
  {
    id: 'F03',
    title: 'Data passes from relay to relay',
    severity: 'high',
    rfc: 'RFC 8656 §11.2',
    sent: 'Send from one allocation to the relayed address of another',
    expected: 'it arrives',
    fix: {
      coturn:
        'switch hairpinning on in the NAT in front of the server, or let coturn have the public address itself',
      other: 'Switch hairpinning on in the NAT in front of the server.',
    },
    run({ site }) {
      const { hairpin, relayIn, relayOut } = site.knowledge;
      if (hairpin === null) return skipped('see P19');
      if (hairpin) return passed('it arrived');
      const seen = 'the permission is granted, but nothing arrives';
      if (relayIn !== true || relayOut === 'silent')
        return skipped(`${seen}; nor does other data: see F01 and F02`);
      return warned(`${seen}: the way in front of the server lacks hairpinning`);
    },
  },
  {
    id: 'F04',
    title: 'The relay adds little time',
    severity: 'medium',
    rfc: null,
    sent: '3 datagrams through the relay, and as many Bindings',
    expected: 'at most 5 ms more than a Binding, in the middle',
    fix: {
      coturn: 'look at the server’s load and relay-threads; place the relay nearer to its users',
      other: 'Look at the server’s load; place the relay nearer to its users.',
    },
    run: withPeer(function* ({ site, session }, peer) {
      if (site.knowledge.relayIn !== true) return skipped('nothing comes in: see F01');
      const binding = yield* bindingTimes(session, 3);
      const loop = yield* loopTimes(session, peer, 3);
      if (binding.length === 0 || loop.length === 0) return skipped('nothing to compare');
      const added = percentile(loop, 50) - percentile(binding, 50);
      const seen = `Binding ${describeTimes(binding)}; relayed ${describeTimes(loop)}; added ${added.toFixed(1)} ms`;
      return added > 5 ? warned(seen) : passed(seen);
    }),
  },
  {
    id: 'F05',
    title: 'Loss and jitter of audio and video, by transport',
    severity: 'medium',
    rfc: 'RFC 3550 §6.4.1',
    sent: 'over each URI: 5 s of audio (50 packets a second) and 5 s of video (2.5 Mbit/s) between our own sockets',
    expected: 'at most 0.5 % lost',
    fix: {
      coturn: 'max-bps counts bytes, not bits: 400000 is 3.2 Mbit/s; look at load and at net.core.rmem_max',
      other: 'Look at bandwidth limits per allocation, load, and socket buffers.',
    },
    risk: 'quality',
    *run({ site }) {
      const seen: string[] = [];
      let worst = 0;
      for (const [i, target] of [site, ...site.others].entries()) {
        const way = yield* readyWay(site, target, `flow-${i}`);
        if (typeof way === 'string') {
          seen.push(`${target.uri}: ${way}`);
          continue;
        }
        for (const flow of flows) {
          const { sent, times } = yield* runFlow(way.session, way.peer, flow);
          const lost = (100 * (sent - times.length)) / sent;
          worst = Math.max(worst, lost);
          seen.push(
            `${target.uri}, ${flow.name}: ${lost.toFixed(2)} % of ${sent} lost, jitter ${jitterMs(times).toFixed(1)} ms, ${describeTimes(times)}`,
          );
        }
        yield* way.session.release();
      }
      const text = seen.join('; ');
      return worst > 0.5 ? warned(text) : passed(text);
    },
  },
  {
    id: 'F07',
    title: 'A relayed address is had quickly, over each URI',
    severity: 'medium',
    rfc: 'RFC 8656 §7',
    sent: 'Allocate on a fresh socket over each URI',
    expected: 'within 500 ms: callers wait for it',
    fix: {
      coturn: 'look at DNS, the user database (userdb over the network) and the server’s load',
      other: 'Look at DNS, the user database and the server’s load.',
    },
    *run({ site }): Script<Verdict> {
      const seen: string[] = [];
      let slowest = 0;
      for (const [i, target] of [site, ...site.others].entries()) {
        const session = new Session(site, `quick-${i}`, site.credentials, target);
        const startMs = yield* now();
        const obstacle = yield* session.open();
        if (obstacle !== null) continue;
        const reply = yield* session.allocate('F07/allocate');
        const endMs = yield* now();
        if (session.relayed !== null) yield* session.release();
        if (reply.outcome !== 'success') continue;
        slowest = Math.max(slowest, endMs - startMs);
        seen.push(`${target.uri}: ${(endMs - startMs).toFixed(0)} ms`);
      }
      if (seen.length === 0) return skipped('no allocation over any URI');
      return slowest > 500 + 4 * (site.knowledge.rttMs ?? 0)
        ? warned(seen.join('; '))
        : passed(seen.join('; '));
    },
  },
  {
    id: 'F09',
    title: 'Allocations come and go without errors',
    severity: 'medium',
    rfc: 'RFC 8656 §7',
    sent: '40 allocations, one after the other, each from a fresh socket',
    expected: 'success each time',
    fix: {
      coturn:
        'user-quota and total-quota: a released allocation counts for two seconds more; min-port–max-port wide enough',
      other: 'Look at quotas and at the relay port range.',
    },
    risk: 'active',
    *run({ site }) {
      const errors: string[] = [];
      for (let i = 0; i < 40; i += 1) {
        const session = new Session(site, `churn-${i}`);
        if ((yield* session.open()) !== null) continue;
        const reply = yield* session.allocate('F09/allocate');
        if (reply.outcome === 'success') yield* session.release();
        else errors.push(told(reply));
        yield* session.close();
      }
      return errors.length === 0
        ? passed('40 of 40')
        : warned(`${errors.length} of 40 failed: ${[...new Set(errors)].join(', ')}`);
    },
  },
];
