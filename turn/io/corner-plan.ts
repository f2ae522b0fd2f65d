import { failure } from '../../contract/failures.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { ListenError } from './listen-error.ts';

/** Which endpoints to open, settled before any socket is. */
export interface CornerPlan {
  readonly primary: Endpoint;
  /** Null: only `PP` is opened. With the primary's address: `PP` and `PA`. */
  readonly alternate: Endpoint | null;
  /** What is missing and what that costs; null when nothing is. */
  readonly note: string | null;
}

/** Throws {@link ListenError} (`config-invalid`) where the ports contradict each other. */
export function planCorners(primary: Endpoint, alternate: Endpoint | null): CornerPlan {
  if (alternate === null)
    return { primary, alternate, note: costOfOneAddress('No second address is configured') };
  if (isWildcard(primary.address) || isWildcard(alternate.address)) {
    const reason = 'The server listens on every address, and RFC 5780 needs two definite ones';
    return { primary, alternate: null, note: costOfOneAddress(reason) };
  }
  if (familyOf(primary.address) !== familyOf(alternate.address)) {
    const reason = `${primary.address} and ${alternate.address} are not of one address family`;
    return { primary, alternate: null, note: costOfOneAddress(reason) };
  }
  if (primary.port === alternate.port && primary.port !== 0) {
    const detail = `the alternate STUN port is ${alternate.port}, the same as the primary one`;
    throw new ListenError(failure('config-invalid', detail), null);
  }
  const same = primary.address === alternate.address;
  return { primary, alternate, note: same ? costOfOneAddress('Both addresses are the same') : null };
}

/**
 * The endpoints of a host whose other address is on another host: both ports, here. Throws {@link ListenError}
 * (`config-invalid`) where the two addresses do not make a pair.
 */
export function planLinkedCorners(primary: Endpoint, alternatePort: number, peerAddress: string): CornerPlan {
  if (isWildcard(primary.address)) {
    const detail = 'a linked STUN server needs one definite address, not every address of the host';
    throw new ListenError(failure('config-invalid', detail), null);
  }
  if (familyOf(primary.address) !== familyOf(peerAddress) || primary.address === peerAddress) {
    const detail = `${peerAddress} must be another address than ${primary.address}, of the same family`;
    throw new ListenError(failure('config-invalid', detail), null);
  }
  const plan = planCorners(primary, { address: primary.address, port: alternatePort });
  const note =
    `The second address is ${peerAddress}, on another host. Until that host answers over the link, the STUN ` +
    'server announces no alternate address (RFC 5780); /healthz tells.';
  return { ...plan, note };
}

/** The note for a machine that lacks the second address, e.g. 127.0.0.2 on macOS. */
export function costOfMissingAddress(address: string): string {
  const note = costOfOneAddress(`This machine has no address ${address}`);
  return address.startsWith('127.') ? `${note} On macOS: sudo ifconfig lo0 alias ${address} up.` : note;
}

function costOfOneAddress(reason: string): string {
  return (
    `${reason}, so the STUN server has no alternate address (RFC 5780): public address, candidates and ` +
    'latency can be tested with it; NAT mapping by address and NAT filtering stay inconclusive.'
  );
}

/** `0.0.0.0` and `::` stand for all addresses of the machine. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
