/** What is asked when everything else is done: alone, because it uses up quotas and ports. */
import type { Check } from '../check.ts';
import { pause } from '../engine/script.ts';
import { identify } from '../identify.ts';
import { timeLimited, tryUser } from '../login.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { errorCodeOf, relayOverUdp, told } from '../wire.ts';

const quotas = {
  coturn: 'user-quota=12\ntotal-quota=1200\nmax-bps=1000000 (bytes per second and allocation)',
  other: 'Set a quota of allocations per user, one for all, and a bandwidth limit.',
};
const reusePauseMs = 2500;
const quotaProbe = 20;

export const afterwards: readonly Check[] = [
  {
    id: 'S16',
    title: 'No published flaw shows',
    severity: 'high',
    rfc: null,
    sent: 'nothing more: what the other checks saw is compared with published advisories',
    expected: 'none of them applies',
    fix: {
      coturn: 'upgrade to 4.17.1 or later, or let the fixes under the named checks close each',
      other: 'Upgrade the server.',
    },
    run({ site }) {
      const { advisories, family } = identify(site.knowledge);
      if (family === 'unknown') return skipped('the make of the server is unknown');
      return advisories.length === 0
        ? passed('none shows in its behaviour')
        : failed(advisories.map(({ id, evidence }) => `${id}: ${evidence}`).join('; '));
    },
  },
  {
    id: 'L07',
    title: 'Relay ports are not given out one after the other',
    severity: 'low',
    rfc: 'RFC 8656 §7.2, RFC 6056 §3.3',
    sent: 'all Allocates of this run',
    expected: 'ports that do not follow each other',
    fix: {
      coturn: 'a wide range: min-port=49152, max-port=65535',
      other: 'Choose relay ports at random from a wide range.',
    },
    run({ site }) {
      const ports = site.knowledge.relayed.map(({ port }) => port);
      if (ports.length < 6) return skipped(`only ${ports.length} allocations`);
      const steps = ports.slice(1).map((port, i) => Math.abs(port - (ports[i] ?? 0)));
      const small = steps.filter((step) => step > 0 && step <= 2).length;
      const seen = `${small} of ${steps.length} steps are of 1 or 2`;
      return small > steps.length / 2 ? warned(seen) : passed(seen);
    },
  },
  {
    id: 'V02',
    title: 'IPv4 is relayed where no family is asked for',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'all Allocates without a family',
    expected: 'IPv4',
    fix: { coturn: 'take keep-address-family out', other: 'Relay IPv4 where no family is asked for.' },
    run({ site }) {
      const [first] = site.knowledge.relayed;
      if (first === undefined) return skipped('no allocation');
      return first.address.includes(':') ? warned(first.address) : passed(first.address);
    },
  },
  {
    id: 'L21',
    title: 'A socket can be used again after its allocation ended (information)',
    severity: 'info',
    rfc: 'RFC 8656 §8.2',
    sent: 'Allocate, Refresh with LIFETIME 0, Allocate at once and 2.5 s later',
    expected: 'success, at the latest then',
    fix: {
      coturn: 'in the client: take a new port instead of waiting',
      other: 'In the client: take a new port.',
    },
    *run({ site }) {
      const session = new Session(site, 'again');
      yield* session.open();
      const first = yield* session.allocate('L21/first');
      if (session.relayed === null) return skipped(told(first));
      yield* session.release();
      const atOnce = yield* session.request('L21/at-once', 'allocate', [relayOverUdp]);
      session.adopt(atOnce);
      if (session.relayed === null) {
        yield* pause(reusePauseMs);
        session.adopt(yield* session.request('L21/later', 'allocate', [relayOverUdp]));
      }
      const works = session.relayed !== null;
      if (works) yield* session.release();
      const seen = `at once: ${told(atOnce)}; ${works ? 'works' : 'still refused'} after 2.5 s`;
      return works ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'L23',
    title: 'A quota is answered as such',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'the allocations of this run, several at a time',
    expected: '486 where the user has too many',
    fix: quotas,
    run({ site }) {
      const { quotaWaits } = site.knowledge;
      return quotaWaits > 0
        ? passed(`486 came ${quotaWaits} times`)
        : skipped('the quota was not reached: see L24');
    },
  },
  {
    id: 'L24',
    title: 'A user cannot have any number of allocations',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: `up to ${quotaProbe} allocations at the same time`,
    expected: '486 before the last of them',
    fix: quotas,
    risk: 'active',
    *run({ site }) {
      const held: Session[] = [];
      let end: string | null = null;
      for (let i = 0; i < quotaProbe && end === null; i += 1) {
        const session = new Session(site, `quota-${i}`);
        if ((yield* session.open()) !== null) break;
        const reply = yield* session.request('L24/allocate', 'allocate', [relayOverUdp]);
        if (reply.outcome === 'success') held.push(session);
        else end = told(reply);
      }
      for (const session of held) yield* session.release();
      if (end === null) return warned(`${held.length} at the same time, and no end`);
      return judged(end.startsWith('486'), `${held.length} at the same time, then ${end}`);
    },
  },
  {
    id: 'F10',
    title: 'The server’s clock is right',
    severity: 'medium',
    rfc: 'draft-uberti-behave-turn-rest-00 §2.2',
    sent: 'Allocate with credentials that end in 30 s, and with such that ended 30 s ago',
    expected: 'success, and 401',
    fix: { coturn: 'timedatectl set-ntp true', other: 'Set the clock by NTP.' },
    *run({ site }) {
      if (site.secret === null) return skipped('needs --secret');
      if (!site.knowledge.allocates) return skipped('the credentials do not work: see A04');
      const { secret, startEpochSec } = site;
      const ending = (seconds: number) => timeLimited(site, secret, startEpochSec + seconds);
      // The run has gone on for some seconds; a minute covers it.
      const future = yield* tryUser(site, 'F10/future', ending(90));
      const past = yield* tryUser(site, 'F10/past', ending(-30));
      if (future === null || past === null) return skipped('the server did not challenge');
      if (past.outcome === 'success')
        return warned('what ended 30 s ago is accepted: the server’s clock is behind');
      return future.outcome === 'success'
        ? passed('within half a minute of ours')
        : warned(`what ends in a minute is refused (${errorCodeOf(future)}): the server’s clock is ahead`);
    },
  },
  {
    id: 'Z06',
    title: 'The server is as well as before',
    severity: 'critical',
    rfc: null,
    sent: 'Allocate with the given credentials once more',
    expected: 'success, if it was one before',
    fix: {
      coturn: 'look at the log and at the process: a request of this run has hurt it; upgrade',
      other: 'Look at the log; upgrade the server.',
    },
    *run({ site }) {
      if (!site.knowledge.allocates) return skipped('it did not work before either');
      const session = new Session(site, 'farewell');
      if ((yield* session.open()) !== null) return skipped('no socket');
      const reply = yield* session.allocate('Z06/allocate');
      if (session.relayed !== null) yield* session.release();
      return judged(reply.outcome === 'success', told(reply));
    },
  },
];
