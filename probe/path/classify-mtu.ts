/** Largest packet that crosses the path whole, and whether fragments cross it at all (RFC 4787 REQ-13, REQ-14). */
import type { Evidence } from '../../contract/evidence.ts';
import { chanceOfLoss } from '../nat/facts.ts';
import { cappedConfidence, type Finding } from '../nat/finding.ts';
import { downSizes, ethernetMtu, headerBytes, mtuControl, upSizes } from './mtu-plan.ts';

interface MtuEvidence {
  readonly all: readonly Evidence[];
  readonly ids: readonly string[];
  readonly control: Evidence | undefined;
  readonly up: ReadonlyMap<number, Evidence>;
  readonly down: ReadonlyMap<number, Evidence>;
}

function read(all: readonly Evidence[]): MtuEvidence | null {
  const asked = all.filter((e) => e.purpose.startsWith('mtu/'));
  if (asked.length === 0) return null;
  const sizes = (direction: string, wanted: readonly number[]) =>
    new Map(
      wanted.flatMap((size) => {
        const e = asked.find(({ purpose }) => purpose === `mtu/${direction}-${size}`);
        return e === undefined ? [] : [[size, e] as const];
      }),
    );
  const control = asked.find((e) => e.purpose === mtuControl);
  const ids = asked.map((e) => e.id);
  return { all: asked, ids, control, up: sizes('up', upSizes), down: sizes('down', downSizes) };
}

/** Null: not asked for. */
export function classifyPathMtu(all: readonly Evidence[]): Finding<number | null> | null {
  const mtu = read(all);
  if (mtu === null) return null;
  const { control, ids } = mtu;
  const found = (value: number, confidence: number, reason: string) => {
    return { value, confidence, reason: `${reason}; ${downText(mtu)}`, evidence: ids };
  };
  if (control?.outcome !== 'answered') {
    return {
      value: null,
      confidence: 0,
      reason: 'the server did not answer small packets either',
      evidence: ids,
    };
  }
  const { before = null, after = null } = control.routeMtu ?? {};
  if (before !== null && after !== null && after < before) {
    return found(after, 0.98, 'a router on the way said so (ICMP “fragmentation needed”, RFC 1191)');
  }
  // What this host's kernel knows not to fit, it sends in fragments.
  const whole = upSizes.filter((size) => size <= (before ?? ethernetMtu));
  const largest = whole.findLast((size) => isFirstCopyAnswered(mtu.up.get(size)));
  if (largest === undefined) {
    const reason = `no packet of ${upSizes[0]} bytes or more got through whole`;
    return { value: null, confidence: 0, reason, evidence: ids };
  }
  const larger = whole.filter((size) => size > largest);
  const [next] = larger;
  if (before === null) {
    const how = 'whole or in fragments: this system does not tell which of them it sends';
    return found(largest, 0.7, `packets of ${largest} bytes arrive, ${how}`);
  }
  if (next === undefined) {
    const own = before < ethernetMtu ? `, which is the MTU of this host’s own way out (${before})` : '';
    const value = before < ethernetMtu ? before : largest;
    return found(value, 0.99, `packets of ${largest} bytes arrive whole${own}`);
  }
  const never = larger.every((size) => mtu.up.get(size)?.outcome === 'silent');
  const copies = larger.reduce((sum, size) => sum + (mtu.up.get(size)?.sentMs.length ?? 0), 0);
  if (never) {
    const reason = `packets of ${largest} bytes arrive, from ${next} bytes on they vanish without a word (a black hole for path MTU discovery, RFC 2923 §2.1)`;
    return found(largest, cappedConfidence(chanceOfLoss(all, copies) + 0.01), reason);
  }
  const reason = `packets of ${largest} bytes arrive whole; of ${next} bytes and more the first ones were lost`;
  return found(largest, 0.8, reason);
}

/** Later copies may travel in fragments: by then the kernel may have learned that they do not fit. */
function isFirstCopyAnswered(e: Evidence | undefined): boolean {
  if (e?.outcome !== 'answered' || e.receivedMs === null || e.rttMs === null) return false;
  const [first] = e.sentMs;
  return first !== undefined && Math.abs(e.receivedMs - e.rttMs - first) < 0.001;
}

function downText({ down, control }: MtuEvidence): string {
  const came = downSizes.findLast((size) => isPadded(down.get(size), size));
  if (came !== undefined) return `answers of ${came} bytes came in`;
  const answered = [...down.values()].some((e) => e.outcome === 'answered');
  const plain = control?.receivedBytes ?? 0;
  return answered
    ? `the server does not pad its answers (${plain} bytes), so the way back is not known`
    : 'no large answer came in';
}

/** An answer of about the size that was asked for; servers may differ by an attribute. */
function isPadded(e: Evidence | undefined, size: number): boolean {
  if (e?.outcome !== 'answered' || e.receivedBytes === undefined) return false;
  return e.receivedBytes + headerBytes(e.to) >= size - 40;
}

export interface FragmentFindings {
  /** From this host to the server; null: not known. */
  readonly up: Finding<boolean | null>;
  readonly down: Finding<boolean | null>;
}

/** Do fragments arrive? Null: not asked for. */
export function classifyFragments(all: readonly Evidence[]): FragmentFindings | null {
  const mtu = read(all);
  if (mtu === null) return null;
  const up = upFragments(mtu);
  return { up, down: downFragments(mtu) };
}

function upFragments({ all, ids, control, up }: MtuEvidence): Finding<boolean | null> {
  const size = upSizes.at(-1) ?? 0;
  const sent = up.get(size);
  const unknown = (reason: string) => ({ value: null, confidence: 0, reason, evidence: ids });
  if (control?.outcome !== 'answered') return unknown('the server did not answer small packets either');
  const before = control.routeMtu?.before ?? ethernetMtu;
  if (before >= size) return unknown(`the MTU of this host’s way out is ${before}: nothing is fragmented`);
  if (sent?.outcome === 'answered') {
    return { value: true, confidence: 0.999, reason: `a packet of ${size} bytes arrived`, evidence: ids };
  }
  if (sent?.outcome !== 'silent') return unknown('the test did not finish');
  const copies = sent.sentMs.length;
  const reason = `none of ${copies} packets of ${size} bytes was answered, while smaller ones were`;
  return {
    value: false,
    confidence: cappedConfidence(chanceOfLoss(all, copies) + 0.01),
    reason,
    evidence: ids,
  };
}

function downFragments(mtu: MtuEvidence): Finding<boolean | null> {
  const { all, ids, control, up, down } = mtu;
  const size = downSizes.at(-1) ?? 0;
  const asked = down.get(size);
  const unknown = (reason: string) => ({ value: null, confidence: 0, reason, evidence: ids });
  if (control?.outcome !== 'answered') return unknown('the server did not answer small packets either');
  if (isPadded(asked, size)) {
    return { value: true, confidence: 0.999, reason: `an answer of ${size} bytes came in`, evidence: ids };
  }
  if (!downSizes.some((smaller) => isPadded(down.get(smaller), smaller))) return unknown(downText(mtu));
  if (asked?.outcome !== 'silent') return unknown('the test did not finish');
  const requestBytes = (asked.sentBytes ?? 0) + headerBytes(asked.to);
  // The largest size is a fragments test of its own; what is asked here must arrive as the ones below it do.
  const arrives = upSizes
    .filter((other) => other >= requestBytes && other <= ethernetMtu)
    .some((other) => up.get(other)?.outcome === 'answered');
  if (!arrives) return unknown(`the request for it, of ${requestBytes} bytes, does not arrive either`);
  const copies = asked.sentMs.length;
  const reason = `${copies} answers of ${size} bytes were asked for and none came in, while smaller ones did`;
  return {
    value: false,
    confidence: cappedConfidence(chanceOfLoss(all, copies) + 0.01),
    reason,
    evidence: ids,
  };
}
