/** Configurations that several tests share. */
import { type LintEnvironment, nothingKnown } from '../../../../turn/lint/environment.ts';
import { judge } from '../../../../turn/lint/lint.ts';
import { parseVersion } from '../../../../turn/lint/version.ts';

export function version(text: string) {
  const parsed = parseVersion(text);
  if (parsed === null) throw new Error(`not a version: ${text}`);
  return parsed;
}

/** Names of the rules that find something. */
export function rulesFor(text: string, on = '4.6.1', environment: LintEnvironment = nothingKnown): string[] {
  return judge(text, version(on), environment).map(({ rule }) => rule.name);
}

/** What Debian's coturn 4.6.1-1 puts to /etc/turnserver.conf, without its comments. */
export const debianPackaged = `# Coturn TURN SERVER configuration file
#listening-port=3478
syslog
#web-admin
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
`;

const deniedV4 = `denied-peer-ip=0.0.0.0-0.255.255.255
denied-peer-ip=10.0.0.0-10.255.255.255
denied-peer-ip=100.64.0.0-100.127.255.255
denied-peer-ip=127.0.0.0-127.255.255.255
denied-peer-ip=169.254.0.0-169.254.255.255
denied-peer-ip=172.16.0.0-172.31.255.255
denied-peer-ip=192.0.0.0-192.0.0.255
denied-peer-ip=192.0.2.0-192.0.2.255
denied-peer-ip=192.88.99.0-192.88.99.255
denied-peer-ip=192.168.0.0-192.168.255.255
denied-peer-ip=198.18.0.0-198.19.255.255
denied-peer-ip=198.51.100.0-198.51.100.255
denied-peer-ip=203.0.113.0-203.0.113.255
denied-peer-ip=168.63.129.16
denied-peer-ip=240.0.0.0-255.255.255.255
`;

const common = `# TURN for calls
listening-ip=192.0.3.10
relay-ip=192.0.3.10
listening-port=3478
tls-listening-port=443
min-port=49152
max-port=65535

use-auth-secret
static-auth-secret=4f1d0c9be2a87365f1d0c9be2a8736544f1d0c9be2a87365
realm=turn.example.org

cert=/etc/coturn/fullchain.pem
pkey=/etc/coturn/key.pem

no-multicast-peers
no-tcp-relay
${deniedV4}
user-quota=12
total-quota=1200
max-bps=1000000
`;

export const hardened461 = `${common}
no-cli
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-software-attribute
no-tlsv1
no-tlsv1_1
no-dtls
`;

export const hardenedNewest = `${common}
unauthorized-ratelimit
`;
