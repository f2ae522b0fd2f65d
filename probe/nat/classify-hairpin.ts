/** RFC 4787 §6: do two hosts behind this NAT reach each other at their public endpoints? */
import type { Evidence } from '../../contract/evidence.ts';
import type { Behaviour, NatSummary } from '../../contract/nat-report.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { chanceOfLoss, reflexiveOf } from './facts.ts';
import { cappedConfidence, type Finding } from './finding.ts';

type Hairpin = Finding<NatSummary['hairpin']>;

export function classifyHairpin(
  all: readonly Evidence[],
  mapping: Behaviour,
  filtering: Behaviour,
  notAsked: string,
): Hairpin {
  const asked = all.filter((e) => e.purpose.startsWith('hairpin/'));
  const ids = asked.map((e) => e.id);
  const unknown = (reason: string): Hairpin => ({ value: 'unknown', confidence: 0, reason, evidence: ids });
  const find = (test: string) => asked.find((e) => e.purpose === `hairpin/${test}`);
  const learned = [find('a-learn'), find('b-learn')].flatMap((e) => {
    const seen = e?.outcome === 'answered' ? reflexiveOf(e) : null;
    return e === undefined || seen === null || e.local === null ? [] : [{ local: e.local, seen }];
  });
  if (asked.length === 0) return unknown(notAsked);
  const [a, b] = learned;
  if (a === undefined || b === undefined) return unknown('the server did not answer both test sockets');
  if (sameEndpoint(a.local, a.seen) || sameEndpoint(b.local, b.seen)) {
    return unknown('no NAT: there is nothing to turn back');
  }
  const crossings = [
    { sent: find('a-to-b'), sender: a },
    { sent: find('b-to-a'), sender: b },
  ];
  for (const { sent, sender } of crossings) {
    if (sent?.outcome !== 'answered' || sent.from === null) continue;
    const reason = `a packet to the public endpoint of another socket came back in, ${sourceOf(sent.from, sender)}`;
    return { value: 'yes', confidence: 0.999, reason, evidence: ids };
  }
  if (crossings.some(({ sent }) => sent === undefined)) {
    return unknown('the public endpoint that the server named is none that packets may be sent to');
  }
  const failed = crossings.find(({ sent }) => sent?.outcome === 'failed')?.sent;
  if (failed !== undefined)
    return unknown(`the packets could not be sent (${failed.notes[0] ?? 'link error'})`);
  if (crossings.some(({ sent }) => sent?.outcome !== 'silent')) return unknown('the test did not finish');
  const controls = ['a-control', 'b-control', 'a-after', 'b-after'].map(find);
  if (controls.some((e) => e?.outcome !== 'answered')) {
    return unknown('nothing came back, but the server did not answer the same sockets either');
  }
  const moved = controls.some((e) => {
    const seen = e === undefined ? null : reflexiveOf(e);
    const before = e?.purpose.startsWith('hairpin/a') ? a.seen : b.seen;
    return seen === null || !sameEndpoint(seen, before);
  });
  if (moved) return unknown('nothing came back, but the public endpoints changed during the test');
  // Behind a dependent mapping the other socket's source port is not known beforehand, so no filter can be opened.
  if (mapping !== 'endpoint-independent' && filtering !== 'endpoint-independent') {
    const why = mapping === 'inconclusive' ? 'the mapping is not known' : `the mapping is ${mapping}`;
    return unknown(
      `nothing came back, which filtering explains as well: ${why}, so the filter cannot be opened`,
    );
  }
  const copies = crossings.reduce((sum, { sent }) => sum + (sent?.sentMs.length ?? 0), 0);
  return {
    value: 'no',
    confidence: cappedConfidence(chanceOfLoss(all, copies - 1) + 0.005),
    reason: `none of ${copies} packets to the public endpoints of other sockets came back in, while the server answered the same sockets`,
    evidence: ids,
  };
}

/** REQ-9a: the receiver must see the sender's public endpoint, or its answer goes past the NAT and is not recognised. */
function sourceOf(from: Endpoint, sender: { local: Endpoint; seen: Endpoint }): string {
  if (sameEndpoint(from, sender.local)) return 'but with its internal source (against RFC 4787 REQ-9a)';
  if (from.address === sender.seen.address) return 'with its public source (RFC 4787 REQ-9a)';
  return `with the source ${formatEndpoint(from)}`;
}
