import type { SignalPeer } from './signal-peer.ts';

export interface NegotiateOptions {
  /** The connection uses relay candidates only. */
  readonly relayOnly: boolean;
  readonly deadlineMs: number;
  readonly onOffered?: () => void;
}

/**
 * Offers the connection to the echo peer; candidates go and come one by one, as they are found (RFC 8838). Resolves when the
 * answer is in place. Rejects with a SignalError.
 */
export async function negotiate(
  connection: RTCPeerConnection,
  peer: SignalPeer,
  { relayOnly, deadlineMs, onOffered }: NegotiateOptions,
): Promise<void> {
  const early: RTCIceCandidate[] = [];
  let offered = false;
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null || candidate.candidate === '') return;
    if (offered) peer.sendCandidate(candidate);
    else early.push(candidate);
  });
  await connection.setLocalDescription();
  const answered = peer.offer(connection.localDescription?.sdp ?? '', relayOnly, deadlineMs);
  offered = true;
  onOffered?.();
  for (const candidate of early) peer.sendCandidate(candidate);
  await connection.setRemoteDescription({ type: 'answer', sdp: await answered });
  peer.onCandidate((candidate) => {
    connection.addIceCandidate(candidate).catch(() => undefined);
  });
}
