/** The rule behind each verdict, one sentence with its source. Keys are the verdicts' stable names. */
const rules: Readonly<Record<string, string>> = {
  mapping:
    'one socket asks destinations that differ in port, in IP and in both: does its public endpoint change? (RFC 4787 §4.1, RFC 5780 §4.3)',
  filtering:
    'a fresh socket asks one server to answer from another port, another IP and both: which answers come in, while a control on the same socket is answered? (RFC 4787 §5, RFC 5780 §4.4)',
  behindNat: 'does a server see another endpoint than the local one? (RFC 5780 §4.2)',
  udp: 'does anything answer over UDP? Silence means "blocked" only when something else got through',
  legacy: 'name of RFC 3489 §5 for mapping and filtering together; a label, not a measurement',
  portAllocation: 'external ports of several sockets beside their local ports (RFC 4787 §4.2)',
  portPrediction:
    'each new mapping of this run guessed from those before it, ten tries each: the share of hits',
  ipPooling: 'public addresses of several sockets: one, or several? (RFC 4787 §4.1)',
  publicEndpoints: 'XOR-MAPPED-ADDRESS of every plain answer, each once (RFC 8489 §14.2)',
  natLevels:
    'the nearest router’s own outer address beside the public one, and at which hop the public address answers (RFC 6886 §3.2, RFC 6598)',
  carrierNat:
    'is the local address, the router’s outer address or a router on the way in 100.64.0.0/10? (RFC 6598)',
  portMapping:
    'does the nearest router answer announcements of PCP (RFC 6887 §14.1), NAT-PMP (RFC 6886 §3.2) and UPnP? Nothing is mapped',
  hairpin: 'a packet to one’s own public endpoint (RFC 4787 §6)',
  bindingLifetimeSec: 'how long an idle mapping lives (RFC 5780 §4.6)',
  witness:
    'the server tells which requests arrived and which answers left; the rest is arithmetic with what was sent and what came in',
  answersOver:
    'a packet from another server address comes in through a mapping: does the answer leave through the same one? (RFC 4787 §4.1 does not say)',
  filterScope:
    'a server address that a socket has sent to sends to the mapping that was made for another one: does it come in? (RFC 4787 §5)',
  serverFault: 'what the server lacked, so that a verdict stayed open (RFC 5780 §7)',
  inboundRefresh:
    'a socket that only gets packets beside sockets that get none: which mapping is gone first? (RFC 4787 §4.3, REQ-6)',
  tcpMapping:
    'TCP connections from one local port to several addresses and ports: does the public endpoint change? (RFC 5780 §4.3, RFC 5382 §4.1)',
  tcpFiltering:
    'a server of ours connects back to the port that a connection came from, from another port and another address: which of these come in? (RFC 5382 §4.3)',
  pathMtu:
    'packets of growing size: which cross the path whole, and does a router say what fits? (RFC 8899, RFC 1191)',
  fragmentsUp: 'does a packet arrive that must travel in fragments? (RFC 4787 §11)',
  fragmentsDown:
    'does an answer come in that must travel in fragments? (RFC 4787 §11, PADDING of RFC 5780 §7.6)',
  ipv6Udp: 'as `udp`, over IPv6',
  ipv6Translated: 'as `behindNat`, over IPv6, where nothing should translate',
  ipv6Filtering:
    'as `filtering`, over IPv6 (RFC 6092 asks home routers for endpoint-independent or address-dependent)',
  nat64:
    'does the resolver make up IPv6 addresses for a name that has none, and does a server answer at such an address? (RFC 7050, RFC 6052)',
  clat: 'does an interface carry an address that only a CLAT gives out? (RFC 7335, RFC 6877)',
  vpn: 'is the interface that packets to the servers leave through a tunnel?',
  httpProxy:
    'does the proxy that the environment names let CONNECT through to the servers? (RFC 9110 §9.3.6)',
  captivePortal:
    'a page that always answers 204: does something else answer in its place? (RFC 8910, RFC 6585 §6)',
  alg: 'MAPPED-ADDRESS can be rewritten on the way, XOR-MAPPED-ADDRESS cannot: do they differ? (RFC 8489 §14.2)',
};

export function verdictRule(name: string): string | null {
  return rules[name] ?? null;
}
