/**
 * The failure catalogue. One row per thing that can go wrong, with who is to blame and what to do next.
 * `docs/failures.md` and the `FailureCode` type come from here; `test/meta/failures.test.ts` proves the parity. No
 * schema library here: the command line loads this file before its first packet.
 */
export const blames = ['local', 'network', 'server', 'peer', 'tool'] as const;
export type Blame = (typeof blames)[number];

interface FailureRow {
  readonly blame: Blame;
  /** One sentence, no full stop needed by the caller. */
  readonly meaning: string;
  /** What the reader should do next. */
  readonly next: string;
}

export const failureCatalogue = {
  // – this host ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'local-bind-failed': {
    blame: 'local',
    meaning: 'This host could not open a socket on the requested address.',
    next: 'Choose an address that this host owns (--bind), or leave it out.',
  },
  'local-no-route': {
    blame: 'local',
    meaning: 'This host has no route for this address family.',
    next: 'Connect the host to a network, or remove servers of the family that it does not have.',
  },
  'local-send-blocked': {
    blame: 'local',
    meaning: 'The operating system refused to send the packet (host firewall or security software).',
    next: 'Allow outgoing UDP for this program in the host firewall.',
  },
  'address-forbidden': {
    blame: 'local',
    meaning: 'The service that was to try this server may not talk to its address.',
    next: 'Name a server elsewhere, or take the address out of reach.deny in the service’s configuration.',
  },
  // – name and path ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'dns-not-found': {
    blame: 'network',
    meaning: 'The server name does not resolve to an address.',
    next: 'Check the spelling of the host name, and that this network’s DNS knows it.',
  },
  'dns-failed': {
    blame: 'network',
    meaning: 'The name server did not answer.',
    next: 'Check this host’s DNS settings; try the server’s IP address instead of its name.',
  },
  timeout: {
    blame: 'network',
    meaning: 'No answer came back, over all retransmissions.',
    next: 'Check that the server runs and that firewalls on the way pass this transport and port.',
  },
  refused: {
    blame: 'server',
    meaning: 'The host is there, but nothing listens on this port.',
    next: 'Start the server, or correct the port and transport in the URI.',
  },
  unreachable: {
    blame: 'network',
    meaning: 'The network said that the host cannot be reached.',
    next: 'Check routing and the firewall on the way to this address.',
  },
  'connection-closed': {
    blame: 'server',
    meaning: 'The connection was closed before an answer came.',
    next: 'Look at the server’s log; a proxy or load balancer in front may not pass this protocol.',
  },
  'connection-full': {
    blame: 'server',
    meaning: 'The connection took no more data: the other side does not read as fast as it is sent to.',
    next: 'Look at the load of the server, and at what shapes this connection on the way; TCP slows down with every lost packet.',
  },
  'udp-blocked': {
    blame: 'network',
    meaning: 'No UDP gets out of this network, or no answer gets back in.',
    next: 'Ask for UDP 3478 to be opened to the server, or offer TURN over TLS on port 443.',
  },
  // – TLS ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'tls-failed': {
    blame: 'server',
    meaning: 'The TLS handshake did not complete.',
    next: 'Check that this port speaks TLS and offers TLS 1.2 or later.',
  },
  'tls-certificate-expired': {
    blame: 'server',
    meaning: 'The server’s certificate has expired.',
    next: 'Renew the certificate and reload the server.',
  },
  'tls-certificate-name': {
    blame: 'server',
    meaning: 'The server’s certificate is for another name.',
    next: 'Use the name that the certificate carries, or issue one that carries this name.',
  },
  'tls-certificate-untrusted': {
    blame: 'server',
    meaning: 'The server’s certificate is not signed by an authority that this host trusts.',
    next: 'Serve the full chain of a public authority, or trust yours with NODE_EXTRA_CA_CERTS.',
  },
  // – STUN and TURN answers ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'stun-malformed': {
    blame: 'server',
    meaning: 'An answer came that is not a valid STUN message.',
    next: 'Check that the port belongs to a STUN or TURN server.',
  },
  'stun-wrong-source': {
    blame: 'server',
    meaning: 'The answer came from another address than the one asked.',
    next: 'Bind the server to the address that clients use (coturn: listening-ip).',
  },
  'stun-integrity': {
    blame: 'server',
    meaning: 'The answer’s MESSAGE-INTEGRITY does not fit the credentials.',
    next: 'Check that nothing on the way rewrites packets, and that realm and password match the server’s.',
  },
  'stun-unknown-attribute': {
    blame: 'server',
    meaning: 'The answer carries an attribute that a client must understand, and this one does not.',
    next: 'Check what stands between you and the server, and that both keep to RFC 8489.',
  },
  'stun-no-mapped-address': {
    blame: 'server',
    meaning: 'The Binding response carries no mapped address.',
    next: 'Update or replace this STUN server.',
  },
  'stun-300': {
    blame: 'server',
    meaning: 'The server redirects to another one (300 Try Alternate).',
    next: 'Use the server named in ALTERNATE-SERVER.',
  },
  'stun-400': {
    blame: 'server',
    meaning: 'The server called the request malformed (400).',
    next: 'Check that the port belongs to a STUN or TURN server of the expected kind.',
  },
  'stun-420': {
    blame: 'server',
    meaning: 'The server does not know a required attribute (420).',
    next: 'Update the server; it lacks a feature that this test needs.',
  },
  'stun-500': {
    blame: 'server',
    meaning: 'The server reported an internal error (500).',
    next: 'Look at the server’s log.',
  },
  'stun-unexpected-error': {
    blame: 'server',
    meaning: 'The server answered with an error code that does not belong here.',
    next: 'Look at the server’s log for this request.',
  },
  'turn-credentials-missing': {
    blame: 'tool',
    meaning: 'The TURN server asks for credentials and none were given.',
    next: 'Give --username and --credential, or --secret, or set POLYNYA_TURN_USERNAME and POLYNYA_TURN_CREDENTIAL.',
  },
  'turn-401': {
    blame: 'server',
    meaning: 'The TURN server rejected the username or password (401 after credentials).',
    next: 'Check username, password and expiry; with a shared secret, check that both sides have the same one and that the clock is right.',
  },
  'turn-403': {
    blame: 'server',
    meaning: 'The TURN server forbids this request (403).',
    next: 'Check the allowed and denied peer addresses in the server’s configuration.',
  },
  'turn-437': {
    blame: 'server',
    meaning: 'The server says that the allocation does not match (437).',
    next: 'Retry from a new local port; if it persists, look at the server’s log.',
  },
  'turn-438': {
    blame: 'server',
    meaning: 'The server keeps answering that the nonce is stale (438).',
    next: 'Check the clocks, and that all servers behind a load balancer share sessions.',
  },
  'turn-440': {
    blame: 'server',
    meaning: 'The server cannot relay for this address family (440).',
    next: 'Give the server a relay address of this family, or do not ask for it.',
  },
  'turn-441': {
    blame: 'server',
    meaning: 'The credentials are not those that made the allocation (441).',
    next: 'Use one set of credentials for the whole session.',
  },
  'turn-442': {
    blame: 'server',
    meaning: 'The server does not relay over this transport (442).',
    next: 'Ask for a UDP relay.',
  },
  'turn-486': {
    blame: 'server',
    meaning: 'The user has reached the allocation quota (486).',
    next: 'Wait for the user’s other allocations to end (coturn counts one for a second after its release), or raise user-quota.',
  },
  'turn-508': {
    blame: 'server',
    meaning: 'The server has no relay port or capacity left (508).',
    next: 'Widen min-port–max-port, or add capacity.',
  },
  'turn-password-algorithms': {
    blame: 'server',
    meaning: 'The server’s challenge and its list of password algorithms do not fit together.',
    next: 'Let the server offer MD5 or SHA-256; if it does, something on the way removed the list to weaken the login.',
  },
  'turn-no-relayed-address': {
    blame: 'server',
    meaning: 'The Allocate response carries no relayed address.',
    next: 'Look at the server’s log; check its relay-ip.',
  },
  // – what an RFC 5780 server lacks ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'server-no-other-address': {
    blame: 'server',
    meaning: 'The server announces no alternate address, so it cannot test filtering (RFC 5780).',
    next: 'Use a server with two addresses: polynya serve, or coturn with two listening-ip.',
  },
  'server-alternate-same-address': {
    blame: 'server',
    meaning: 'The server’s alternate address has the same IP, so address dependence cannot be seen.',
    next: 'Give the server a second IP address.',
  },
  'server-alternate-silent': {
    blame: 'server',
    meaning: 'The server’s alternate address does not answer.',
    next: 'Open the alternate address and port in the server’s firewall.',
  },
  'server-ignores-change-request': {
    blame: 'server',
    meaning: 'The server does not answer CHANGE-REQUEST from another address, as RFC 5780 wants.',
    next: 'Use a server that implements RFC 5780.',
  },
  'server-mapped-address-false': {
    blame: 'server',
    meaning: 'The public endpoints that the server reports cannot be true.',
    next: 'Ask another STUN server.',
  },
  'server-mute': {
    blame: 'server',
    meaning: 'The server received the request and sent no answer.',
    next: 'Look at the server’s log and its outgoing firewall; this network did its part.',
  },
  'witness-unavailable': {
    blame: 'server',
    meaning: 'The service could not be asked what arrived at its STUN server.',
    next: 'The verdicts stand without it; check that the URL is a Polynya service with its own STUN server.',
  },
  // – browser ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'browser-no-webrtc': {
    blame: 'local',
    meaning: 'This browser has no WebRTC, or a policy or extension has switched it off.',
    next: 'Use a current Chrome, Edge, Firefox or Safari, or ask for the policy to be lifted.',
  },
  'browser-ice-701': {
    blame: 'network',
    meaning: 'The browser could not reach this server from one of its addresses (701).',
    next: 'Harmless if the same server worked from another address; else check firewall, name and port.',
  },
  'signal-failed': {
    blame: 'network',
    meaning: 'The WebSocket to the service did not open or broke.',
    next: 'Check that proxies on the way pass WebSocket (Upgrade).',
  },
  'ice-no-candidates': {
    blame: 'network',
    meaning: 'The wanted kind of candidate was never gathered.',
    next: 'See the servers’ errors: without that candidate this path cannot work.',
  },
  'ice-failed': {
    blame: 'network',
    meaning: 'No candidate pair answered its connectivity checks.',
    next: 'Direct UDP is filtered between the two ends: configure a TURN server.',
  },
  'dtls-failed': {
    blame: 'peer',
    meaning: 'A pair was found, but the DTLS handshake did not complete.',
    next: 'Try once more; if it persists, look for a device that inspects or limits UDP.',
  },
  'echo-timeout': {
    blame: 'peer',
    meaning: 'The channel opened, but the test message did not come back.',
    next: 'Try once more; if it persists, look for packet loss or an MTU problem on the way.',
  },
  'not-relayed': {
    blame: 'tool',
    meaning: 'The connection was to be relayed, but the selected pair has no relay end.',
    next: 'Report this: the result is not counted as a relay success.',
  },
  'media-missing': {
    blame: 'peer',
    meaning: 'The connection stands, but no media packet came.',
    next: 'Check that the other side sends: camera or microphone may be off, or its page hidden.',
  },
  'media-not-decoded': {
    blame: 'peer',
    meaning: 'Media packets came, but not one picture or sound could be decoded.',
    next: 'Look for heavy packet loss, and for a codec that one of the two sides lacks.',
  },
  // – rooms and their signalling –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'room-closed': {
    blame: 'tool',
    meaning: 'There is no such room: its time is over, its host has ended it, or the link is wrong.',
    next: 'Ask the host for a link to a new room.',
  },
  'room-full': {
    blame: 'tool',
    meaning: 'As many are in this room as it has places.',
    next: 'Wait until somebody leaves, or create a larger room.',
  },
  'fleet-away': {
    blame: 'tool',
    meaning: 'This node of the service cannot reach the others just now.',
    next: 'Try again in a few seconds; what was under way goes on. If it lasts, see to the bus (NATS).',
  },
  'room-limit': {
    blame: 'tool',
    meaning: 'The service has as many open rooms as it allows.',
    next: 'Close rooms that are no longer used, or raise limits.rooms in the configuration.',
  },
  'room-token-invalid': {
    blame: 'tool',
    meaning: 'The link to the room is not valid: its token is wrong or incomplete.',
    next: 'Open the whole link, including what stands after #.',
  },
  'room-path-unavailable': {
    blame: 'tool',
    meaning: 'This service cannot serve the wanted path.',
    next: 'For a relay room add a TURN server; for a media server enable it in the configuration.',
  },
  'session-unknown': {
    blame: 'tool',
    meaning: 'The service does not know this session: the member has left, or was away for too long.',
    next: 'Join the room anew.',
  },
  'session-taken-over': {
    blame: 'tool',
    meaning: 'The same session has been opened on another socket, which has taken this one’s place.',
    next: 'Nothing, if a page was reloaded or duplicated; else join from each tab by itself.',
  },
  'signal-invalid': {
    blame: 'tool',
    meaning: 'A signalling message is malformed, or of another version.',
    next: 'Correct the named field; docs/rooms.md describes the messages.',
  },
  'signal-order': {
    blame: 'tool',
    meaning:
      'A signalling message came out of order (RFC 9429 §3.2): an answer without an offer, a candidate before both.',
    next: 'Follow perfect negotiation with the roles that docs/rooms.md gives.',
  },
  'signal-peer-unknown': {
    blame: 'tool',
    meaning:
      'A signalling message names a member that is not in this room, or that this path has no link to.',
    next: 'Send to the members that the room has announced.',
  },
  'signal-flood': {
    blame: 'tool',
    meaning: 'The member sends more signalling messages than a call needs, or larger ones.',
    next: 'Slow down; docs/rooms.md has the limits.',
  },
  'stream-taken': {
    blame: 'tool',
    meaning: 'Somebody publishes under this name already; a WHIP stream has one publisher.',
    next: 'End that session (DELETE its Location), or publish under another name.',
  },
  // – agents and monitors ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'agent-token-invalid': {
    blame: 'local',
    meaning: 'The invitation is unknown, was used, or has expired.',
    next: 'Make a new one on the hub: polynya agent-token, or Agents in the dashboard. Each is good for one agent.',
  },
  'agent-key-invalid': {
    blame: 'local',
    meaning: 'The hub does not know this agent, or has withdrawn it.',
    next: 'Delete the agent’s key file and enrol it again with a new invitation.',
  },
  'agent-lost': {
    blame: 'tool',
    meaning: 'Every agent that took the job was not heard of any more.',
    next: 'Look into the agents’ logs: the job may be what ends them. Start it again when they are back.',
  },
  'agent-missing': {
    blame: 'tool',
    meaning: 'No agent of that place took the job in time.',
    next: 'Start an agent there, or wait until the one that is there has a slot free.',
  },
  'job-timeout': {
    blame: 'tool',
    meaning: 'The job did not end in the time that it has.',
    next: 'Start it again; if it persists, look into the agent’s log.',
  },
  'job-not-possible': {
    blame: 'local',
    meaning: 'This agent cannot do what the job asks for.',
    next: 'Choose another agent, or give this one what the message names.',
  },
  'latency-exceeded': {
    blame: 'network',
    meaning: 'It works, but takes longer than the monitor expects.',
    next: 'Look at the history: a step shows a changed route or a busy server. Or expect less (expect.latencyMs).',
  },
  'certificate-ends-soon': {
    blame: 'server',
    meaning: 'The server’s certificate ends soon.',
    next: 'Renew it and have the server load it: coturn reads it anew at SIGUSR2.',
  },
  'turn-checks-failed': {
    blame: 'server',
    meaning: 'The server answers, but fails checks.',
    next: 'Open the stored report: each failed check has the line that mends it.',
  },
  // – the tool and its service ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––
  'uri-invalid': {
    blame: 'tool',
    meaning: 'This is not a STUN or TURN URI (RFC 7064, RFC 7065).',
    next: 'Write stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or turns:HOST[:PORT].',
  },
  'config-invalid': {
    blame: 'tool',
    meaning: 'The configuration has a wrong or unknown entry.',
    next: 'Correct the named entry; docs/configuration.md lists them all.',
  },
  'report-invalid': {
    blame: 'tool',
    meaning: 'The report does not follow its schema.',
    next: 'Correct the named field; contract/schema/ has the JSON Schema.',
  },
  'report-version-unknown': {
    blame: 'tool',
    meaning: 'The report was written by a newer release than this one.',
    next: 'Update Polynya.',
  },
  'request-invalid': {
    blame: 'tool',
    meaning: 'The request has a wrong or missing field.',
    next: 'Correct the named field; /docs describes every request.',
  },
  'body-too-large': {
    blame: 'tool',
    meaning: 'The request’s body is larger than the limit.',
    next: 'Send one report at a time.',
  },
  'rate-limited': {
    blame: 'tool',
    meaning: 'Too many requests from this address.',
    next: 'Wait the number of seconds in Retry-After.',
  },
  'service-busy': {
    blame: 'tool',
    meaning: 'The service is asked for more than it can do at the moment. Nothing of this request was done.',
    next: 'Send it again after the number of seconds in Retry-After; see docs/sizing.md if it happens often.',
  },
  unauthorized: {
    blame: 'tool',
    meaning: 'The service does not know who is asking.',
    next: 'Sign in again, or give the admin token or an API key that is neither expired nor withdrawn.',
  },
  forbidden: {
    blame: 'tool',
    meaning: 'The role of who is asking does not allow this.',
    next: 'Ask an administrator of the service to do it, or for a key or sign-in with the role that it needs.',
  },
  'sign-in-provider-away': {
    blame: 'server',
    meaning: 'The identity provider does not answer this service.',
    next: 'Try again in a minute. For the operator: try its oidc.issuer from the service’s host, certificate too.',
  },
  'sign-in-misconfigured': {
    blame: 'tool',
    meaning: 'The identity provider and this service do not agree on how to sign in.',
    next: 'Ask the operator: issuer, client id, secret, scopes and redirect URI must be as the provider has them (docs/sign-in.md).',
  },
  'sign-in-answer-invalid': {
    blame: 'server',
    meaning: 'What the identity provider answered does not hold, so nobody was signed in.',
    next: 'Sign in again. If it comes back, the operator has to look at the provider: its keys, its issuer, the client’s settings.',
  },
  'sign-in-clock': {
    blame: 'local',
    meaning:
      'This host and the identity provider do not have the same time, so its answer cannot be checked.',
    next: 'Set the clock of the service’s host (timedatectl set-ntp true), or that of the provider.',
  },
  'sign-in-unknown': {
    blame: 'tool',
    meaning:
      'This sign-in cannot be completed: it must end in the browser that began it, once, within ten minutes.',
    next: 'Begin again on the sign-in page, at the service’s public address, and let the browser keep its cookies.',
  },
  'sign-in-denied': {
    blame: 'tool',
    meaning:
      'The identity provider did not let this sign-in through: it was cancelled, or not allowed there.',
    next: 'Sign in again and agree; if the provider refuses, ask who administers it for access to this service.',
  },
  'sign-in-no-role': {
    blame: 'tool',
    meaning: 'The identity provider knows this person, but nothing gives them a role in this service.',
    next: 'Ask the operator of this service for a role (oidc.roles in its configuration), then sign in again.',
  },
  'host-not-allowed': {
    blame: 'tool',
    meaning: 'The request names a host that this service does not answer to (guard against DNS rebinding).',
    next: 'Open it as http://127.0.0.1 or http://localhost; behind a reverse proxy, set adminToken.',
  },
  'origin-not-allowed': {
    blame: 'tool',
    meaning: 'The request comes from a page of another site.',
    next: 'Use the dashboard that this service serves; a reverse proxy must pass the Host header on.',
  },
  'not-found': {
    blame: 'tool',
    meaning: 'There is nothing at this address.',
    next: 'Check the id; the entry may have been deleted.',
  },
  'link-unknown': {
    blame: 'tool',
    meaning: 'There is no such link.',
    next: 'Check that the address was copied whole, or ask whoever sent it for a new one.',
  },
  'link-expired': {
    blame: 'tool',
    meaning: 'This link has expired.',
    next: 'Ask whoever sent it for a new one.',
  },
  'link-revoked': {
    blame: 'tool',
    meaning: 'This link was withdrawn.',
    next: 'Ask whoever sent it for a new one.',
  },
  'server-read-only': {
    blame: 'tool',
    meaning: 'This server is embedded or comes from the configuration file, so it cannot be changed here.',
    next: 'Change the configuration file and restart the service.',
  },
  'probe-running': {
    blame: 'tool',
    meaning: 'A probe is already running; two at once would disturb each other’s timing.',
    next: 'Wait until it has ended, then start the next one.',
  },
  'check-running': {
    blame: 'tool',
    meaning: 'This server is being checked already, or as many others as may be at once.',
    next: 'Wait until a check has ended, then start the next one.',
  },
  'no-servers': {
    blame: 'tool',
    meaning: 'There is no enabled server to probe.',
    next: 'Add a STUN or TURN server, or enable one.',
  },
  'store-failed': {
    blame: 'local',
    meaning: 'The store could not be opened or written.',
    next: 'Check the path in `store`, its rights and the free space on the disk.',
  },
  'store-unreachable': {
    blame: 'server',
    meaning: 'PostgreSQL does not answer, or takes no further connections.',
    next: 'Start it, check host and port in `store`, and that it listens where this host can reach it (listen_addresses).',
  },
  'store-away': {
    blame: 'server',
    meaning: 'The store does not answer just now.',
    next: 'Try again after the seconds in Retry-After; reports are kept meanwhile and stored when it is back. /readyz says since when.',
  },
  'store-disk-full': {
    blame: 'server',
    meaning: 'The disk of PostgreSQL is full.',
    next: 'Make room there, or delete old reports (retention.days). Reports are kept meanwhile and stored when it writes again.',
  },
  'store-read-only': {
    blame: 'server',
    meaning: 'PostgreSQL takes no writes: it is a replica, or being failed over.',
    next: 'Name the primary in `store`; after a failover this ends by itself.',
  },
  'spool-full': {
    blame: 'tool',
    meaning: 'The store is away, and as many reports wait for it as the service keeps.',
    next: 'Bring the store back, or raise spool.bytes and spool.reports; senders try again after the seconds in Retry-After.',
  },
  'spool-failed': {
    blame: 'local',
    meaning: 'The folder for reports that wait for the store cannot be written.',
    next: 'Check the path in spool.folder, its rights and the free space on the disk.',
  },
  'store-login-refused': {
    blame: 'local',
    meaning: 'PostgreSQL refuses the user or the password.',
    next: 'Correct the user in `store`; give the password there, by PGPASSWORD or in ~/.pgpass; pg_hba.conf must let this host in.',
  },
  'store-database-missing': {
    blame: 'local',
    meaning: 'PostgreSQL has no such database.',
    next: 'Make it (createdb --owner USER DATABASE), or correct its name in `store`.',
  },
  'store-no-rights': {
    blame: 'local',
    meaning: 'The database user may not make or write tables there.',
    next: 'Make the user the owner of the database (ALTER DATABASE … OWNER TO …).',
  },
  'store-too-old': {
    blame: 'local',
    meaning: 'This PostgreSQL is too old.',
    next: 'Use PostgreSQL 14 or later.',
  },
  'store-newer': {
    blame: 'local',
    meaning: 'A newer release of Polynya has written this store.',
    next: 'Update Polynya, or give this release a store of its own.',
  },
  'store-half-copied': {
    blame: 'local',
    meaning: 'A copy into this database has not come to its end.',
    next: 'Run the same polynya store copy again: it goes on where it ended.',
  },
  'store-not-empty': {
    blame: 'local',
    meaning: 'The database to copy to holds other data already.',
    next: 'Choose an empty database, or give --replace to delete what it holds.',
  },
  'port-taken': {
    blame: 'local',
    meaning: 'Another program already listens on this address and port.',
    next: 'Stop the other program, or choose another port.',
  },
  'permission-denied': {
    blame: 'local',
    meaning: 'This needs rights that the program does not have.',
    next: 'Run it as root, or grant the named capability.',
  },
  cancelled: {
    blame: 'tool',
    meaning: 'It was stopped before it finished.',
    next: 'Run it again.',
  },
  'harness-fault': {
    blame: 'tool',
    meaning: 'Polynya itself failed; this says nothing about the network.',
    next: 'Run it again; if it persists, report it with the evidence.',
  },
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof failureCatalogue;
export const failureCodes = Object.keys(failureCatalogue) as FailureCode[];

/** What went wrong, in a form that every report and every reply carries. `failureSchema` is its schema. */
export interface Failure {
  code: FailureCode;
  blame: Blame;
  /** One sentence in plain words; may name hosts and numbers, never a secret. */
  message: string;
  /** What to do next. */
  next: string;
}

/** Builds a failure from its catalogue row. `detail` (host, errno, STUN reason) is appended in brackets. */
export function failure(code: FailureCode, detail?: string): Failure {
  const row: FailureRow = failureCatalogue[code];
  return {
    code,
    blame: row.blame,
    message: detail === undefined || detail === '' ? row.meaning : `${row.meaning} [${detail}]`,
    next: row.next,
  };
}

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureCatalogue, code);
}

/** The catalogue’s sentence alone, without the detail that experts want. */
export function meaningOf({ code }: Pick<Failure, 'code'>): string {
  return failureCatalogue[code].meaning;
}
