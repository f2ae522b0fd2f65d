/**
 * Filter tests that stay silent prove something only if the server really answers CHANGE-REQUEST. A mapping socket
 * that has spoken to the alternate corner has let it in: there a changed answer must arrive, and if it does not
 * while the controls do, the server is mute and every silence of it says nothing.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { getAttribute } from '../../stun/message.ts';
import type { NatProbe, ProbeSpec } from './nat-probe.ts';
import type { ProbeBook } from './probe-book.ts';

const purposes = {
  /** A plain request to the corner that the changed answer has to come from. */
  control: 'server/control',
  /** RESPONSE-PORT without a change, where the mapping needs it for the proof. */
  redirect: 'server/response-port',
  proof: 'server/change-both',
} as const;

/**
 * A mapping socket that both ends of the diagonal have answered, as each of them sees it. What then comes from the
 * other end belongs to a conversation that the NAT knows, so that it disturbs no mapping.
 */
interface DiagonalSocket {
  readonly socket: string;
  readonly atPrimary: Endpoint;
  readonly atOther: Endpoint;
}

/** The questions of the proof; empty while they cannot be asked yet, or need not be. */
export function serverProofSpecs(book: ProbeBook, primary: Endpoint, other: Endpoint): ProbeSpec[] {
  if (other.address === primary.address) return [];
  const [first, second] = diagonalSockets(book, primary, other);
  if (first === undefined) return [];
  const spec = { role: 'server', socket: first.socket } as const;
  const control: ProbeSpec = { ...spec, purpose: purposes.control, to: other, change: 'none' };
  const proof: ProbeSpec = { ...spec, purpose: purposes.proof, to: primary, change: 'change-both' };
  const isDependent = !sameEndpoint(first.atPrimary, first.atOther);
  if (book.probes.some((p) => p.spec.change === 'change-both' && p.outcome === 'answered')) {
    // Proven already. Whether a mapping that seems to depend on the destination is one at all, and not an endpoint
    // that the server makes up for every answer, shows when it is asked once more.
    return isDependent ? [control] : [];
  }
  if (!isDependent) return [control, proof];
  // The mapping depends on the destination: what comes from the other corner must go to the port that it knows
  // (RFC 5780 §7.5). Whether the server heeds RESPONSE-PORT is asked with a second socket that knows it as well.
  if (second === undefined && book.hasOpen({ role: 'mapping' })) return [];
  if (second === undefined || !canBeRedirected(first, second)) return [control];
  const redirect: ProbeSpec = {
    ...control,
    purpose: purposes.redirect,
    responsePort: second.atOther.port,
    arrivesAt: second.socket,
  };
  return [control, redirect, { ...proof, responsePort: first.atOther.port }];
}

/** Servers refuse system ports, and send to the address that the request came from. */
function canBeRedirected(first: DiagonalSocket, second: DiagonalSocket): boolean {
  const addresses = [first.atPrimary, first.atOther, second.atOther].map(({ address }) => address);
  return new Set(addresses).size === 1 && first.atOther.port >= 1024 && second.atOther.port >= 1024;
}

function diagonalSockets(book: ProbeBook, primary: Endpoint, other: Endpoint): DiagonalSocket[] {
  const bySocket = new Map<string, NatProbe[]>();
  for (const probe of book.probes) {
    if (probe.spec.role !== 'mapping') continue;
    bySocket.set(probe.spec.socket, [...(bySocket.get(probe.spec.socket) ?? []), probe]);
  }
  return [...bySocket].flatMap(([socket, probes]) => {
    const atPrimary = mappedAt(probes, primary);
    const atOther = mappedAt(probes, other);
    return atPrimary !== null && atOther !== null ? [{ socket, atPrimary, atOther }] : [];
  });
}

function mappedAt(probes: readonly NatProbe[], corner: Endpoint): Endpoint | null {
  const answer = probes.find(({ spec }) => sameEndpoint(spec.to, corner))?.response ?? null;
  return (answer && getAttribute(answer, 'XOR-MAPPED-ADDRESS')) ?? null;
}

export type ServerProof =
  /** A changed answer came in: silence elsewhere is the filter’s. */
  | 'proven'
  /** It did not, though nothing stood in its way. */
  | 'mute'
  /** Not asked, or it cannot be said. */
  | 'unproven';

export interface ServerProofFinding {
  readonly value: ServerProof;
  readonly evidence: readonly string[];
  /** The question whose answer had to come in; null where it was not asked. */
  readonly question: Evidence | null;
}

export function readServerProof(evidence: readonly Evidence[]): ServerProofFinding {
  const asked = (purpose: string) => evidence.find((e) => e.purpose === purpose);
  const proof = asked(purposes.proof);
  if (proof === undefined) return { value: 'unproven', evidence: [], question: null };
  const controls = [asked(purposes.control), asked(purposes.redirect)].filter((e) => e !== undefined);
  const ids = [...controls, proof].map((e) => e.id);
  if (proof.outcome === 'answered' && proof.from !== null && !sameEndpoint(proof.from, proof.to)) {
    return { value: 'proven', evidence: ids, question: proof };
  }
  const isControlled = controls.every((e) => e.outcome === 'answered');
  const isSettled = proof.outcome === 'silent' || proof.outcome === 'answered';
  return { value: isControlled && isSettled ? 'mute' : 'unproven', evidence: ids, question: proof };
}
