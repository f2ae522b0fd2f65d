/** Causes in words: what it is, and what the visitor, the IT department or the operator does about it. */
import type { CheckCauseId } from '../../../contract/check-causes.ts';

export interface CauseText {
  readonly what: string;
  /** For the visitor; for causes at a server it is for the operator. Empty: nothing has to be done. */
  readonly todo: string;
  /** What the network's administrators change. */
  readonly it?: string;
}
export type CauseWords = Readonly<Record<CheckCauseId, CauseText>>;

export const enCauses: CauseWords = {
  'webrtc-missing': {
    what: 'WebRTC is missing in this browser, or switched off by a policy or an extension.',
    todo: 'Use a current Chrome, Edge, Firefox or Safari; if it is one, switch off extensions that block WebRTC, or ask your IT to allow it.',
    it: 'Allow WebRTC in the browser’s policy, and remove extensions that switch it off.',
  },
  'link-expired': {
    what: 'This link has expired, or it never was valid.',
    todo: 'Ask whoever sent you the link for a new one.',
  },
  offline: {
    what: 'This device has no network connection, or it lost it during the check.',
    todo: 'Connect to a network and run the check again.',
  },
  'captive-portal': {
    what: 'Something in this network answers in place of the service, usually the sign-in page of a Wi-Fi.',
    todo: 'Open any web page, sign in to the network, and run the check again.',
    it: 'Let this site pass without a sign-in page, and do not answer in its place.',
  },
  'service-unreachable': {
    what: 'The service behind this page does not answer; whether the network or the service is the cause cannot be told from here.',
    todo: 'Reload the page; if it persists, tell the operator of this page.',
  },
  'service-busy': {
    what: 'The service is busy with other checks; this says nothing about your network.',
    todo: 'Run the check again in a minute.',
  },
  'check-failed': {
    what: 'Something went wrong in the check itself.',
    todo: 'Reload the page; if it persists, tell the operator of this page.',
  },
  'page-hidden': {
    what: 'This page was in the background during the check; browsers slow such pages down, so times and failures say little.',
    todo: 'Keep this page in front and run the check again.',
  },
  'websocket-blocked': {
    what: 'The WebSocket connection to this service is blocked; the page itself loads, so a proxy or firewall lets HTTP pass and cuts WebSockets.',
    todo: 'Ask your IT to let WebSocket connections to this site pass.',
    it: 'Let the proxy or firewall pass WebSocket (HTTP Upgrade) to this site.',
  },
  'webrtc-policy': {
    what: 'The browser has WebRTC, but may not use the network for it: a policy, an extension or a VPN program forbids it.',
    todo: 'Switch off extensions that “protect” WebRTC, or ask your IT about the browser’s policy.',
    it: 'Check the browser’s policy WebRtcIPHandling (Chrome, Edge) or media.peerconnection settings (Firefox): UDP must be allowed.',
  },
  'only-443': {
    what: 'This network lets only TCP port 443 out; UDP and all other ports are closed.',
    todo: 'Ask your IT to open what is listed below.',
    it: 'Open UDP to the addresses below. Calls over TCP 443 alone have more delay.',
  },
  'udp-blocked': {
    what: 'UDP is blocked in this network.',
    todo: 'Ask your IT to open UDP to the servers listed below.',
    it: 'Open outgoing UDP, and the answers to it, for the addresses and ports below.',
  },
  'turn-credential-expired': {
    what: 'The TURN password that this page was given has expired.',
    todo: 'The username carries a time that has passed: give out a fresh one, or set the clock right.',
  },
  'turn-credential': {
    what: 'The TURN server rejected the username or password.',
    todo: 'Correct username and password, or the shared secret, on this service or on the TURN server.',
  },
  'turn-quota': {
    what: 'The TURN server has no relay left for this user: its quota or its ports are used up.',
    todo: 'Raise user-quota or total-quota, or widen min-port–max-port, on the TURN server.',
  },
  'turn-refused': {
    what: 'The TURN server refused the request.',
    todo: 'Look at the TURN server’s log; the report has its answer.',
  },
  'server-name': {
    what: 'The name of a server does not exist: this service cannot resolve it either.',
    todo: 'Correct the name in the list of servers, or in the DNS.',
  },
  'name-unknown-here': {
    what: 'The name of a server cannot be resolved in this network, though it exists.',
    todo: 'Ask your IT why the DNS of this network does not know the name.',
    it: 'Let the DNS of this network resolve the names below.',
  },
  'tls-certificate': {
    what: 'The TLS certificate of a TURN server is not valid: the service sees the same.',
    todo: 'Renew or correct the certificate of the TURN server, with its full chain.',
  },
  'tls-on-the-way': {
    what: 'The encrypted connection to a TURN server breaks in this network: the service itself reaches it, so something on the way inspects or replaces TLS, or this device does not trust the certificate.',
    todo: 'Ask your IT to exempt the TURN servers from TLS inspection.',
    it: 'Exempt the TLS servers below from TLS inspection and from proxies that expect HTTP.',
  },
  'turn-down': {
    what: 'A TURN server does not work at all: the service cannot use it either.',
    todo: 'Start the TURN server, or correct its address and port.',
  },
  'turn-blocked-here': {
    what: 'A TURN server that works elsewhere cannot be reached from this network.',
    todo: 'Ask your IT to open the ports listed below.',
    it: 'Open the ports to the TURN servers below that are marked as not working.',
  },
  'turn-unreachable': {
    what: 'A TURN server did not answer; whether it is down or blocked in this network is not known.',
    todo: 'See whether the TURN server runs and others reach it.',
  },
  'relay-carries-nothing': {
    what: 'A TURN server gives out relay addresses, but they carry no data.',
    todo: 'Open the TURN server’s relay ports (usually UDP 49152–65535) in its firewall, check its external-ip, and allow the service’s address as a peer.',
  },
  'stun-down': {
    what: 'A STUN server does not work at all: the service gets no answer from it either.',
    todo: 'Start the STUN server, or take it off the list.',
  },
  'stun-blocked-here': {
    what: 'A STUN server that works elsewhere cannot be reached from this network.',
    todo: 'Ask your IT to open the ports listed below.',
    it: 'Open the ports to the STUN servers below that are marked as not working.',
  },
  'stun-unreachable': {
    what: 'A STUN server did not answer; whether it is down or blocked in this network is not known.',
    todo: 'See whether the STUN server runs and others reach it.',
  },
  'dtls-blocked': {
    what: 'Packets pass, but the encryption handshake (DTLS) does not: something on the way filters it.',
    todo: 'Ask your IT about devices that inspect or limit UDP.',
    it: 'Let DTLS over UDP pass; it is part of every WebRTC connection.',
  },
  'direct-blocked': {
    what: 'The direct path is blocked, though UDP works: a firewall, or the service’s own network, lets it not through.',
    todo: 'To allow direct connections, outgoing UDP must be open to all ports of the other end.',
    it: 'Allow outgoing UDP to ports above 1023, with the answers to it.',
  },
  'packet-loss': {
    what: 'Many packets get lost on the way; sound and picture will break up.',
    todo: 'Move closer to the Wi-Fi or use a cable, and stop large downloads; then run the check again.',
    it: 'Look for an overloaded uplink or a bad wireless link.',
  },
  'slow-path': {
    what: 'The way there and back takes long; talking will feel delayed.',
    todo: 'Stop large downloads, switch a VPN off if you may, or use another network.',
  },
  'strict-nat': {
    what: 'The router gives every connection a new public port (symmetric NAT): direct calls to users behind strict routers will need the relay.',
    todo: '',
  },
  'no-relay': {
    what: 'No relay is configured as a fallback.',
    todo: 'Users behind stricter networks will need a TURN server; add one to this service.',
  },
  'ipv6-dead': {
    what: 'A server cannot be reached over one of IPv4 and IPv6; the other one works, so nothing is lost.',
    todo: '',
  },
};
