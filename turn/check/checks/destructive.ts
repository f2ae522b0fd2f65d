/** Checks that can hurt a server: they run only with --destructive and a typed confirmation. */
import type { Attribute } from '../../../stun/attributes.ts';
import type { Check } from '../check.ts';
import { listen, type Script, send } from '../engine/script.ts';
import { Session } from '../session.ts';
import { failed, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { encoded, raw, relayOverUdp, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.17 or later', other: 'Upgrade the server.' };

/** A Binding that must still be answered. */
function* stillAnswers(session: Session, id: string, seen: string): Script<Verdict> {
  const reply = yield* session.bare(`${id}/control`, 'binding');
  return reply.message === null
    ? failed(`${seen}; then the server answered no more`, { severity: 'critical' })
    : passed(`${seen}; it still answers`);
}

export const destructive: readonly Check[] = [
  {
    id: 'L13',
    title: 'EVEN-PORT allocations give their ports back',
    severity: 'high',
    rfc: 'RFC 8656 §7.2',
    sent: '10 times: Allocate with EVEN-PORT, then release; then Allocate',
    expected: 'success each time',
    fix: { coturn: 'upgrade to 4.17 or later', other: 'Upgrade the server.' },
    risk: 'destructive',
    *run({ site }) {
      for (let i = 0; i < 10; i += 1) {
        const session = new Session(site, `even-${i}`);
        if ((yield* session.open()) !== null) return skipped('no socket');
        const reply = yield* session.allocate('L13/allocate', [
          relayOverUdp,
          { name: 'EVEN-PORT', value: { reserve: false } },
        ]);
        if (reply.outcome !== 'success') return warned(`after ${i} of them: ${told(reply)}`);
        yield* session.release();
        yield* session.close();
      }
      return passed('10 of 10; a leak shows only where the range is small');
    },
  },
  {
    id: 'Z02',
    title: 'One allocation cannot have any number of permissions',
    severity: 'high',
    rfc: 'RFC 8656 §21.3.2',
    sent: '2000 permissions for addresses of 8.0.0.0/8, 50 in a request; nothing is sent to them',
    expected: '508 or 486 at some point',
    fix: {
      coturn: [
        { before: '4.13', text: 'upgrade to 4.13 or later, which stops at 1024' },
        { text: 'nothing to configure' },
      ],
      other: 'Limit the permissions of an allocation.',
    },
    risk: 'destructive',
    *run({ session }) {
      for (let i = 0; i < 40; i += 1) {
        const peers = Array.from(
          { length: 50 },
          (_, k): Attribute => ({
            name: 'XOR-PEER-ADDRESS',
            value: { address: `8.${i + 1}.${k + 1}.8`, port: 0 },
          }),
        );
        const reply = yield* session.request('Z02/permissions', 'createPermission', peers);
        if (reply.outcome !== 'success') return passed(`${i * 50} granted, then ${told(reply)}`);
      }
      return warned('2000 granted');
    },
  },
  {
    id: 'Z03',
    title: 'Broken messages do no harm',
    severity: 'critical',
    rfc: 'RFC 8489 §6.3',
    sent: '3000 Bindings and Allocates with random bytes changed',
    expected: 'the server still answers',
    fix: upgrade,
    risk: 'destructive',
    udpOnly: true,
    *run({ site, session }) {
      for (let i = 0; i < 3000; i += 1) {
        const bytes = encoded(site.random, i % 2 === 0 ? 'binding' : 'allocate', [
          relayOverUdp,
          raw(0x0006, site.random(12)),
          raw(0x8022, site.random(9)),
        ]);
        const [where = 0, value = 0, again = 0, other = 0] = site.random(4);
        bytes[where % bytes.length] = value;
        bytes[again % bytes.length] = other;
        yield* send(session.socket, site.server, bytes);
        if (i % 50 === 49) yield* listen(5);
      }
      yield* listen(500);
      return yield* stillAnswers(session, 'Z03', '3000 sent');
    },
  },
  {
    id: 'Z05',
    title: 'Very long messages do no harm',
    severity: 'critical',
    rfc: 'RFC 8489 §6.3',
    sent: 'a Binding with 300 attributes; one of 60 kB',
    expected: 'the server still answers',
    fix: upgrade,
    risk: 'destructive',
    udpOnly: true,
    *run({ site, session }) {
      const many = encoded(
        site.random,
        'binding',
        Array.from({ length: 300 }, () => raw(0xffee, [1, 2, 3])),
      );
      yield* send(session.socket, site.server, many);
      yield* send(
        session.socket,
        site.server,
        encoded(site.random, 'binding', [raw(0xffee, new Uint8Array(60_000))]),
      );
      yield* listen(500);
      return yield* stillAnswers(session, 'Z05', 'both sent');
    },
  },
];
