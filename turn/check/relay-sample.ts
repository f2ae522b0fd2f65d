/** A sample of the relay range: which ports can be reached from outside. A firewall may have opened a part of it only. */
import type { SocketId } from '../../stun/machine.ts';
import { getAttribute } from '../../stun/message.ts';
import { listen, type Script, send } from './engine/script.ts';
import { atClient, openPeer, payload, permit, waitMs } from './relay.ts';
import { Session } from './session.ts';
import type { Site } from './site.ts';
import { relayOverUdp } from './wire.ts';

/** Ports that a run looks at: a range of which half is closed escapes one run in 64. */
const sampleSize = 6;
/** Lost packets accuse nobody: where a tenth is lost each way, six in a row are lost once in twenty thousand times. */
const tries = 6;

/**
 * One datagram from a socket of ours to the relayed address of this session, which is permitted first. What is sent from
 * the session's own socket comes back to it through the relay, so no second socket is needed.
 */
function* reaches(
  session: Session,
  from: SocketId,
  mapped: NonNullable<Site['knowledge']['mapped']>,
): Script<boolean | null> {
  const { site, relayed } = session;
  if (relayed === null) return null;
  const allowed = yield* permit(session, 'F01/permission', mapped);
  if (allowed.outcome !== 'success') return null;
  const data = payload(site);
  for (let i = 0; i < tries; i += 1) {
    yield* send(from, relayed, data);
    const find = atClient(session, data);
    const packets = yield* listen(waitMs(site), (arrived) => find(arrived) !== null);
    if (find(packets) !== null) return true;
  }
  return false;
}

/** Looks at the port of an allocation that some other check has made and is about to give back. */
export function* sampleOnTheWay(session: Session): Script<void> {
  const { knowledge } = session.site;
  const { mapped, sampledPorts } = knowledge;
  if (session.relayed === null || session.target.transport !== 'udp' || mapped === null) return;
  // One place is for the allocation that P01 sends through.
  if (sampledPorts.size >= sampleSize - 1) return;
  const reached = yield* reaches(session, session.socket, mapped);
  if (reached !== null) sampledPorts.set(session.relayed.port, reached);
}

/** Two neighbours by EVEN-PORT and its reservation (RFC 8656 s7.2), or any two where the server knows no such thing. */
function* openPair(site: Site, name: string): Script<Session[]> {
  const [first, second] = [new Session(site, `${name}-even`), new Session(site, `${name}-odd`)];
  if ((yield* first.open()) !== null || (yield* second.open()) !== null) return [];
  const even = yield* first.allocate('F01/even-port', [
    relayOverUdp,
    { name: 'EVEN-PORT', value: { reserve: true } },
  ]);
  const token = even.message === null ? undefined : getAttribute(even.message, 'RESERVATION-TOKEN');
  if (token === undefined) {
    if (first.relayed === null) yield* first.allocate('F01/any-port');
    yield* second.allocate('F01/any-port');
  } else {
    yield* second.allocate('F01/reserved', [relayOverUdp, { name: 'RESERVATION-TOKEN', value: token }]);
  }
  return [first, second].filter(({ relayed }) => relayed !== null);
}

function* openOne(site: Site, name: string): Script<Session[]> {
  const session = new Session(site, name);
  if ((yield* session.open()) !== null) return [];
  yield* session.allocate('F01/any-port');
  return session.relayed === null ? [] : [session];
}

/** Makes allocations of its own until the sample is large enough. */
export function* completeSample(site: Site): Script<void> {
  const { sampledPorts } = site.knowledge;
  if (sampledPorts.size >= sampleSize) return;
  const peer = yield* openPeer(site, 'range-peer');
  if (typeof peer === 'string') return;
  for (let pair = 0; sampledPorts.size < sampleSize && pair < sampleSize / 2; pair += 1) {
    const isLast = sampledPorts.size === sampleSize - 1;
    const sessions = yield* (isLast ? openOne : openPair)(site, `range-${pair}`);
    for (const session of sessions) {
      const { relayed } = session;
      const reached = yield* reaches(session, peer.socket, peer.mapped);
      if (relayed !== null && reached !== null) sampledPorts.set(relayed.port, reached);
      yield* session.release();
      yield* session.close();
    }
    if (sessions.length === 0) return;
  }
}
