/**
 * The connections of the NAT test. Each is a data channel to nobody: what it is told to be its peer’s answer makes the
 * browser send ICE checks to the service’s STUN endpoints, and answer those that come in. No media, no DTLS.
 */
import type { TabNatOffer, TabNatServerMessage } from '../../../contract/tab-nat.ts';

type Answer = Extract<TabNatServerMessage, { type: 'answers' }>['answers'][number];

/** One for each entry of the service’s plan. */
const count = 5;
/** Host candidates come from the device itself; only the mDNS names may take a moment. */
const gatherMs = 1_000;

export interface NatConnection {
  readonly connection: RTCPeerConnection;
  readonly mid: string;
  readonly offer: TabNatOffer;
}

/** Rejects when the browser does not offer what every WebRTC browser offers. */
export async function openConnections(): Promise<NatConnection[]> {
  const opened = Array.from({ length: count }, () => new RTCPeerConnection());
  try {
    return await Promise.all(opened.map(offerOf));
  } catch (error) {
    for (const connection of opened) connection.close();
    throw error;
  }
}

/** No STUN server is configured: Chromium takes no check from an address that is one of its STUN servers. */
async function offerOf(connection: RTCPeerConnection): Promise<NatConnection> {
  const hosts: RTCIceCandidate[] = [];
  const gathered = new Promise<void>((resolve) => {
    setTimeout(resolve, gatherMs);
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null) resolve();
      else if (candidate.protocol === 'udp') hosts.push(candidate);
    });
  });
  connection.createDataChannel('nat');
  await connection.setLocalDescription();
  await gathered;
  const sdp = connection.localDescription?.sdp ?? '';
  const [first, second] = hosts;
  const local =
    first?.address && first.port !== null && second === undefined
      ? { address: first.address, port: first.port }
      : null;
  const [ufrag, pwd, mid] = ['ice-ufrag', 'ice-pwd', 'mid'].map((name) => attribute(sdp, name));
  if (ufrag === undefined || pwd === undefined || mid === undefined) throw new Error('the offer lacks ICE');
  return { connection, mid, offer: { ufrag, pwd, local } };
}

function attribute(sdp: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(\\S+)`, 'm').exec(sdp)?.[1];
}

/** The browser sends its first checks once this has resolved. */
export async function applyAnswer({ connection, mid }: NatConnection, answer: Answer): Promise<void> {
  await connection.setRemoteDescription({ type: 'answer', sdp: answerSdp(mid, answer) });
}

/** RFC 8839 §5, RFC 8841 §9. Nobody has the key of this fingerprint: there is nothing to talk about. */
function answerSdp(mid: string, { ufrag, pwd, candidates }: Answer): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:sha-256 ${Array(32).fill('00').join(':')}`,
    'a=setup:passive',
    'a=sctp-port:5000',
    // RFC 8445 §5.1.2.1: host candidates of descending local preference.
    ...candidates.map(({ address, port }, index) => {
      const priority = 126 * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
      return `a=candidate:${index + 1} 1 udp ${priority} ${address} ${port} typ host`;
    }),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
