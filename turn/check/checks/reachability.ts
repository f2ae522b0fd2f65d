/** Groups P and F: does data pass the relay, in which direction, and from which address? */
import { formatEndpoint } from '../../../stun/endpoint.ts';
import type { Check } from '../check.ts';
import { listen, type Script, send } from '../engine/script.ts';
import { atClient, atPeer, payload, permit, sendTo, untilArrived, waitMs } from '../relay.ts';
import { completeSample } from '../relay-sample.ts';
import { failed, passed, skipped, type Verdict } from '../verdict.ts';
import { told } from '../wire.ts';
import { withPeer } from '../with-peer.ts';

const relayPorts = {
  coturn:
    'open the UDP ports min-port–max-port (49152–65535) inbound in the host’s and the cloud’s firewall; in Docker use network_mode: host',
  other:
    'Open the relay’s UDP port range inbound in every firewall on the way, and publish it where containers are used.',
};

export const reachability: readonly Check[] = [
  {
    id: 'P01',
    title: 'Without a permission nothing leaves',
    severity: 'critical',
    rfc: 'RFC 8656 §10.1, §11.2',
    sent: 'Send to our second socket without a permission; after it the same with one',
    expected: 'nothing arrives before, and something after',
    fix: { coturn: 'take server-relay out', other: 'Check permissions before relaying.' },
    run: withPeer(function* ({ site, session }, peer) {
      const { knowledge } = site;
      const [early, back] = [payload(site), payload(site)];
      const relayed = session.relayed ?? site.server;
      // Towards the relay first: that opens the NAT of our second socket for what comes back.
      yield* send(peer.socket, relayed, back);
      yield* sendTo(session, peer.mapped, early);
      const before = yield* listen(2 * waitMs(site));
      knowledge.leakedIn = atClient(session, back)(before) !== null;
      const leakedOut = atPeer(peer.socket, early)(before) !== null;
      const allowed = yield* permit(session, 'P01/permission', peer.mapped);
      if (allowed.outcome !== 'success') {
        knowledge.relayObstacle = `the server refuses our own address ${peer.mapped.address} as a peer (${told(allowed)}), so nothing can be sent through it`;
        return skipped(knowledge.relayObstacle);
      }
      const late = payload(site);
      const out = yield* untilArrived(
        site,
        () => sendTo(session, peer.mapped, late),
        atPeer(peer.socket, late),
      );
      const inward = payload(site);
      const into = yield* untilArrived(
        site,
        () => send(peer.socket, relayed, inward),
        atClient(session, inward),
      );
      knowledge.relayOut = out === null ? 'silent' : formatEndpoint(out.from);
      knowledge.relayIn = into !== null;
      knowledge.dataRelay = session.relayed;
      knowledge.sampledPorts.set(relayed.port, knowledge.relayIn);
      if (leakedOut) return failed('the packet arrived without a permission');
      if (out === null) {
        knowledge.relayObstacle = 'nothing came through the relay: see F01 and F02';
        return skipped('nothing arrives with a permission either: see F02');
      }
      return passed('nothing before the permission; afterwards it arrived');
    }),
  },
  {
    id: 'P02',
    title: 'Without a permission nothing comes in',
    severity: 'critical',
    rfc: 'RFC 8656 §10.1, §11.5',
    sent: 'a datagram to the relayed address before the permission; after it another one',
    expected: 'nothing arrives before, and something after',
    fix: { coturn: 'take server-relay out', other: 'Check permissions before relaying.' },
    run({ site: { knowledge }, peer }) {
      if (peer === null || knowledge.leakedIn === null) return skipped('see P01');
      if (knowledge.leakedIn) return failed('it came through without a permission');
      return knowledge.relayIn === true
        ? passed('nothing before the permission')
        : skipped('nothing came with a permission either: see F01');
    },
  },
  {
    id: 'F02',
    title: 'The relay reaches peers, from the address that it names',
    severity: 'critical',
    rfc: 'RFC 8656 §11.2',
    sent: 'Send to our second socket',
    expected: 'the datagram arrives, and its source is the relayed address',
    fix: {
      coturn:
        'external-ip=THE-ADDRESS-THAT-PEERS-SEE; relay-ip on the interface that it leaves by; open outgoing UDP',
      other: 'Relay from the address that is announced, and let outgoing UDP pass.',
    },
    run({ site: { knowledge }, session, peer }) {
      if (peer === null) return skipped('no second socket');
      if (knowledge.relayOut === null) return skipped(knowledge.relayObstacle ?? 'not tried');
      const relayed = session.relayed === null ? '' : formatEndpoint(session.relayed);
      if (knowledge.relayOut === 'silent') {
        return failed(
          knowledge.relayIn === true
            ? 'what peers send comes in, but nothing goes out: a one-way filter on the server’s outgoing UDP'
            : 'nothing arrives in either direction',
        );
      }
      const address = session.relayed?.address ?? '';
      const seen = `it came from ${knowledge.relayOut}, announced is ${relayed}`;
      if (knowledge.relayOut === relayed) return passed(seen);
      const sameHost = knowledge.relayOut.startsWith(`${address}:`);
      return sameHost
        ? failed(`${seen}: a NAT in front of the server changes the port`)
        : failed(`${seen}: external-ip is wrong`);
    },
  },
];

function span(ports: readonly number[]): string {
  const [low, high] = [Math.min(...ports), Math.max(...ports)];
  return low === high ? String(low) : `${low}–${high}`;
}

/** Runs last: other checks look at the ports of their own allocations on the way. */
export const relayPortsOpen: Check = {
  id: 'F01',
  title: 'Peers reach the relayed address',
  severity: 'critical',
  rfc: 'RFC 8656 §11.5',
  sent: 'a datagram from a socket of ours to the relayed addresses of at least 6 allocations',
  expected: 'they arrive at the client',
  fix: relayPorts,
  *run({ site }): Script<Verdict> {
    const { knowledge } = site;
    if (!knowledge.allocates) return skipped('no allocation: see A04');
    const { dataRelay, relayOut, sampledPorts } = knowledge;
    const announced = dataRelay?.address ?? '';
    // Nobody can reach what is announced there; which ports are open says nothing then.
    if (relayOut !== null && relayOut !== 'silent' && !relayOut.startsWith(`${announced}:`)) {
      return skipped('the announced address is not the one that the relay sends from: see F02');
    }
    yield* completeSample(site);
    const ports = [...sampledPorts];
    const silent = ports.filter(([, reached]) => !reached).map(([port]) => port);
    const open = ports.filter(([, reached]) => reached).map(([port]) => port);
    if (ports.length === 0) return skipped(knowledge.relayObstacle ?? 'no relay port could be tried');
    if (silent.length === 0) return passed(`${open.length} ports, ${span(open)}, were reached`);
    if (open.length > 0) {
      return failed(
        `${silent.length} of ${ports.length} relay ports are closed from outside (${span(silent)}), the others open (${span(open)}): a firewall opens a part of the range, or there is another relay address`,
      );
    }
    if (relayOut === 'silent') return failed('nothing arrives in either direction');
    return failed(
      `outward data arrives${relayOut === null ? '' : ` (from ${relayOut})`}, but nothing that is sent to ${ports.length} relay ports (${span(silent)}) comes in: they are closed from outside, or external-ip is not the address they are at`,
    );
  },
};
