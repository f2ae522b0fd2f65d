/**
 * The options of turnserver.conf by version, read off the option tables of coturn's releases 4.5.2 to 4.17.1
 * (for 4.6.1 also off Debian's binary). A distribution may build without some: Debian's lacks Prometheus and
 * MongoDB. An option without `since` is at least as old as 4.5.2; what came earlier is unknown here.
 */
export type OptionKind =
  | 'flag'
  | 'number'
  | 'port'
  | 'address'
  /** `PUBLIC` or `PUBLIC/PRIVATE`. */
  | 'address-pair'
  | 'address-port'
  /** One address or `FIRST-LAST`. */
  | 'peer-range'
  | 'file'
  /** Never shown in a message. */
  | 'secret'
  | 'text';

export interface OptionRow {
  readonly name: string;
  readonly kind: OptionKind;
  /** First version that knows it. */
  readonly since?: string;
  /** First version that does not know it any more. */
  readonly until?: string;
  /** May stand several times; the others keep the last value. */
  readonly repeatable?: true;
  readonly synonymOf?: string;
  /** A flag that is on however it is written, `=false` included. */
  readonly ignoresValue?: true;
}

export const optionTable: readonly OptionRow[] = [
  { name: 'listening-device', kind: 'text' },
  { name: 'listening-port', kind: 'port' },
  { name: 'tls-listening-port', kind: 'port' },
  { name: 'alt-listening-port', kind: 'port' },
  { name: 'alt-tls-listening-port', kind: 'port' },
  { name: 'tcp-proxy-port', kind: 'port' },
  { name: 'listening-ip', kind: 'address', repeatable: true },
  { name: 'relay-device', kind: 'text' },
  { name: 'relay-ip', kind: 'address', repeatable: true },
  { name: 'external-ip', kind: 'address-pair', repeatable: true },
  { name: 'relay-threads', kind: 'number' },
  { name: 'min-port', kind: 'port' },
  { name: 'max-port', kind: 'port' },
  { name: 'lt-cred-mech', kind: 'flag' },
  { name: 'no-auth', kind: 'flag' },
  { name: 'user', kind: 'secret', repeatable: true },
  { name: 'userdb', kind: 'file', synonymOf: 'db' },
  { name: 'db', kind: 'file' },
  { name: 'psql-userdb', kind: 'secret', synonymOf: 'sql-userdb' },
  { name: 'sql-userdb', kind: 'secret' },
  { name: 'mysql-userdb', kind: 'secret' },
  { name: 'mongo-userdb', kind: 'secret' },
  { name: 'redis-userdb', kind: 'secret' },
  { name: 'redis-statsdb', kind: 'secret' },
  { name: 'prometheus', kind: 'flag', ignoresValue: true },
  { name: 'prometheus-port', kind: 'port', since: '4.6.0' },
  { name: 'prometheus-username-labels', kind: 'flag', since: '4.6.0', ignoresValue: true },
  { name: 'use-auth-secret', kind: 'flag', ignoresValue: true },
  { name: 'static-auth-secret', kind: 'secret', repeatable: true },
  { name: 'no-auth-pings', kind: 'flag', ignoresValue: true },
  { name: 'no-dynamic-ip-list', kind: 'flag', ignoresValue: true },
  { name: 'no-dynamic-realms', kind: 'flag', ignoresValue: true },
  { name: 'secret-ts-exp-time', kind: 'flag', until: '4.7.0' },
  { name: 'realm', kind: 'text' },
  { name: 'server-name', kind: 'text' },
  { name: 'oauth', kind: 'flag' },
  { name: 'user-quota', kind: 'number' },
  { name: 'total-quota', kind: 'number' },
  { name: 'max-bps', kind: 'number' },
  { name: 'bps-capacity', kind: 'number' },
  { name: 'verbose', kind: 'flag' },
  { name: 'Verbose', kind: 'flag' },
  { name: 'daemon', kind: 'flag' },
  { name: 'prod', kind: 'flag', until: '4.7.0', synonymOf: 'no-software-attribute' },
  { name: 'no-software-attribute', kind: 'flag' },
  { name: 'fingerprint', kind: 'flag' },
  { name: 'check-origin-consistency', kind: 'flag' },
  { name: 'no-udp', kind: 'flag' },
  { name: 'no-tcp', kind: 'flag' },
  { name: 'no-tls', kind: 'flag' },
  { name: 'no-dtls', kind: 'flag' },
  { name: 'no-udp-relay', kind: 'flag' },
  { name: 'no-tcp-relay', kind: 'flag' },
  { name: 'stale-nonce', kind: 'number' },
  { name: 'max-allocate-lifetime', kind: 'number' },
  { name: 'channel-lifetime', kind: 'number' },
  { name: 'permission-lifetime', kind: 'number' },
  { name: 'stun-only', kind: 'flag' },
  { name: 'no-stun', kind: 'flag' },
  { name: 'cert', kind: 'file' },
  { name: 'pkey', kind: 'file' },
  { name: 'pkey-pwd', kind: 'secret' },
  { name: 'log-file', kind: 'file' },
  { name: 'no-stdout-log', kind: 'flag' },
  { name: 'syslog', kind: 'flag' },
  { name: 'simple-log', kind: 'flag' },
  { name: 'new-log-timestamp', kind: 'flag', since: '4.6.0' },
  { name: 'new-log-timestamp-format', kind: 'text', since: '4.6.0' },
  { name: 'aux-server', kind: 'address-port', repeatable: true },
  { name: 'udp-self-balance', kind: 'flag' },
  { name: 'alternate-server', kind: 'address-port', repeatable: true },
  { name: 'tls-alternate-server', kind: 'address-port', repeatable: true },
  { name: 'rest-api-separator', kind: 'text' },
  { name: 'max-allocate-timeout', kind: 'number' },
  { name: 'no-multicast-peers', kind: 'flag' },
  { name: 'allow-loopback-peers', kind: 'flag' },
  { name: 'allowed-peer-ip', kind: 'peer-range', repeatable: true },
  { name: 'denied-peer-ip', kind: 'peer-range', repeatable: true },
  { name: 'cipher-list', kind: 'text' },
  { name: 'pidfile', kind: 'file' },
  { name: 'secure-stun', kind: 'flag' },
  { name: 'CA-file', kind: 'file' },
  { name: 'dh-file', kind: 'file' },
  { name: 'proc-user', kind: 'text' },
  { name: 'proc-group', kind: 'text' },
  { name: 'mobility', kind: 'flag' },
  { name: 'no-cli', kind: 'flag' },
  { name: 'cli-ip', kind: 'address' },
  { name: 'cli-port', kind: 'port' },
  { name: 'cli-password', kind: 'secret' },
  { name: 'web-admin', kind: 'flag' },
  { name: 'web-admin-ip', kind: 'address' },
  { name: 'web-admin-port', kind: 'port' },
  { name: 'web-admin-listen-on-workers', kind: 'flag' },
  { name: 'server-relay', kind: 'flag' },
  { name: 'cli-max-output-sessions', kind: 'number' },
  { name: 'ec-curve-name', kind: 'text' },
  { name: 'dh566', kind: 'flag' },
  { name: 'dh1066', kind: 'flag' },
  { name: 'ne', kind: 'number', until: '4.10.0' },
  { name: 'no-sslv2', kind: 'flag', until: '4.7.0' },
  { name: 'no-sslv3', kind: 'flag', until: '4.7.0' },
  { name: 'no-tlsv1', kind: 'flag', until: '4.7.0' },
  { name: 'no-tlsv1_1', kind: 'flag', until: '4.7.0' },
  { name: 'no-tlsv1_2', kind: 'flag' },
  { name: 'secret-key-file', kind: 'file' },
  { name: 'keep-address-family', kind: 'flag' },
  { name: 'allocation-default-address-family', kind: 'text', since: '4.6.0' },
  { name: 'acme-redirect', kind: 'text', since: '4.6.0' },
  { name: 'log-binding', kind: 'flag', since: '4.6.0' },
  { name: 'no-rfc5780', kind: 'flag', since: '4.6.0', ignoresValue: true },
  { name: 'no-stun-backward-compatibility', kind: 'flag', since: '4.6.0', until: '4.7.0' },
  { name: 'response-origin-only-with-rfc5780', kind: 'flag', since: '4.6.0' },
  { name: 'version', kind: 'flag', since: '4.6.0' },
  { name: 'syslog-facility', kind: 'text', since: '4.6.0' },
  { name: 'prometheus-address', kind: 'address', since: '4.6.3' },
  { name: 'raw-public-keys', kind: 'flag', since: '4.6.3' },
  { name: 'respond-http-unsupported', kind: 'flag', since: '4.6.3' },
  { name: 'prometheus-path', kind: 'text', since: '4.7.0' },
  { name: 'software-attribute', kind: 'flag', since: '4.7.0' },
  { name: 'tlsv1', kind: 'flag', since: '4.7.0' },
  { name: 'tlsv1_1', kind: 'flag', since: '4.7.0' },
  { name: 'rfc5780', kind: 'flag', since: '4.7.0', ignoresValue: true },
  { name: 'stun-backward-compatibility', kind: 'flag', since: '4.7.0' },
  { name: 'sock-buf-size', kind: 'number', since: '4.8.0' },
  { name: 'drop-invalid-packets', kind: 'flag', since: '4.8.0' },
  { name: 'drop-invalid-packets-log', kind: 'flag', since: '4.8.0' },
  { name: 'cpus', kind: 'text', since: '4.8.0' },
  { name: 'cli', kind: 'flag', since: '4.10.0' },
  { name: 'udp-recvmmsg', kind: 'flag', since: '4.10.0' },
  { name: 'include-reason-string', kind: 'flag', since: '4.10.0' },
  { name: 'udp-recvmmsg-log', kind: 'flag', since: '4.12.0' },
  { name: 'udp-gso', kind: 'flag', since: '4.12.0' },
  { name: 'multiplex-peer', kind: 'flag', since: '4.12.0' },
  { name: 'multiplex-peer-port', kind: 'port', since: '4.12.0' },
  { name: 'udp-sendmmsg-log', kind: 'flag', since: '4.13.0' },
  { name: 'prometheus-tls', kind: 'flag', since: '4.14.0' },
  { name: 'prometheus-cert', kind: 'file', since: '4.14.0' },
  { name: 'prometheus-key', kind: 'file', since: '4.14.0' },
  { name: 'unauthorized-ratelimit', kind: 'flag', since: '4.14.0' },
  { name: 'unauthorized-ratelimit-rps', kind: 'number', since: '4.14.0' },
  { name: 'log-min-level', kind: 'text', since: '4.15.0' },
  { name: 'tcp-alternate-server', kind: 'address-port', since: '4.15.0', repeatable: true },
  { name: 'udp-alternate-server', kind: 'address-port', since: '4.15.0', repeatable: true },
  { name: 'drain-min-allocations', kind: 'number', since: '4.15.0' },
  { name: 'rfc5766-channel-numbers', kind: 'flag', since: '4.16.0' },
  { name: 'rfc3489-compatibility', kind: 'flag', since: '4.16.0' },
  { name: 'multiplex-peer-max-peers', kind: 'number', since: '4.16.0' },
  { name: 'stateless-nonce', kind: 'flag', since: '4.16.0' },
  { name: 'stateless-nonce-secret', kind: 'secret', since: '4.16.0' },
  { name: 'dtls', kind: 'flag', since: '4.17.0' },
];

const byName: ReadonlyMap<string, OptionRow> = new Map(optionTable.map((row) => [row.name, row]));

/** Names are compared as they stand: coturn knows `Verbose` beside `verbose`. */
export function optionRow(name: string): OptionRow | undefined {
  return byName.get(name);
}
