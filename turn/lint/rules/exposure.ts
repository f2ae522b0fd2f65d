/** Doors beside TURN: command line, web pages, metrics, databases, risky features. */
import { isLoopback, parseAddress } from '../address.ts';
import type { LintConfig } from '../config.ts';
import type { ConfEntry } from '../parse-conf.ts';
import { append, at, atValue, commentOut, type Rule } from '../rule.ts';

const samplePasswords = [
  'qwerty',
  '$5$79a316b350311570$81df9cfb9af7f5e5a76eada31e7097b663a0670f99a3c07ded3f1c8e59c5658a',
];

function loopback(text: string): boolean {
  return isLoopback(text) || text === 'localhost';
}

/** Up to 4.9 the command line is on unless no-cli; from 4.10 it is off unless cli. */
function cliOn(config: LintConfig): boolean {
  return config.before('4.10.0') ? !config.isOn('no-cli') : config.isOn('cli') && !config.isOn('no-cli');
}

/** The host of a connection string `host=… ` or `mysql:…host=…` or `ip=…`; null: none named. */
function databaseHost(value: string): string | null {
  return (
    /(?:^|[\s"'])(?:host|hostaddr|ip|addr)\s*=\s*([^\s"']+)/.exec(value)?.[1] ??
    /^[a-z]+:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?]+)/.exec(value)?.[1] ??
    null
  );
}

export const exposureRules: readonly Rule[] = [
  {
    number: 61,
    name: 'cli-exposed',
    severity: 'high',
    title: 'The telnet command line can be reached',
    why: 'It shows sessions and changes the configuration, without encryption. Before 4.13 its psd command overwrites files. Up to 4.9 it is on by default; an empty password disables it.',
    fix: 'no-cli',
    check(config) {
      const password = config.last('cli-password');
      if (!cliOn(config) || password === undefined || (password.value ?? '') === '') return [];
      const edit = config.before('4.10.0') ? append('no-cli') : undefined;
      const extra = edit === undefined ? {} : { edit };
      const ip = config.last('cli-ip');
      if (ip !== undefined && !loopback(ip.value ?? '')) {
        return [atValue(ip, `The command line listens on ${ip.value}.`, 'no-cli', extra)];
      }
      if (samplePasswords.includes(password.value ?? '')) {
        return [atValue(password, 'The password of the documentation’s example.', 'no-cli', extra)];
      }
      if (!config.before('4.13.0')) return [];
      const message = 'The command line is on; before 4.13 its psd command overwrites files.';
      return [at(password, message, 'no-cli', { ...extra, severity: 'medium' })];
    },
  },
  {
    number: 62,
    name: 'web-admin-exposed',
    severity: 'high',
    title: 'The web administration can be reached from outside',
    why: 'It had SQL injections and shares its port with the public listeners when it runs on the workers.',
    fix: 'Remove web-admin, or web-admin-ip=127.0.0.1 without web-admin-listen-on-workers.',
    check(config) {
      const entry = config.last('web-admin');
      if (entry === undefined || !config.isOn('web-admin')) return [];
      const ip = config.last('web-admin-ip');
      const found = [];
      if (ip !== undefined && !loopback(ip.value ?? '')) {
        found.push(atValue(ip, `The web administration listens on ${ip.value}.`, 'web-admin-ip=127.0.0.1'));
      }
      const workers = config.last('web-admin-listen-on-workers');
      if (workers !== undefined && config.isOn('web-admin-listen-on-workers')) {
        const message = 'The web administration answers on the public TURN ports.';
        found.push(at(workers, message, 'Remove the line.', { edit: commentOut(workers) }));
      }
      return found;
    },
  },
  {
    number: 63,
    name: 'prometheus-exposed',
    severity: 'medium',
    title: 'Metrics for everybody, or a label per login',
    why: 'The metrics listen on all addresses unless prometheus-address (from 4.6.3) says otherwise. With timed user names prometheus-username-labels makes a new label per login, without end.',
    fix: 'prometheus-address=127.0.0.1, or a firewall for port 9641; no prometheus-username-labels.',
    check(config) {
      const entry = config.last('prometheus');
      if (entry === undefined) return [];
      const found = [];
      const address = config.last('prometheus-address');
      const where = address?.value ?? '';
      if (address === undefined || ['', '0.0.0.0', '::', 'any'].includes(where)) {
        const fix = config.before('4.6.3')
          ? 'Close port 9641 by the host firewall.'
          : 'prometheus-address=127.0.0.1';
        found.push(at(address ?? entry, 'The metrics listen on all addresses.', fix));
      }
      const labels = config.last('prometheus-username-labels');
      if (labels !== undefined && config.usesSecret) {
        const message = 'Every timed login becomes a label of its own.';
        found.push(at(labels, message, 'Remove the line.', { edit: commentOut(labels) }));
      }
      return found;
    },
  },
  {
    number: 64,
    name: 'database-without-tls',
    severity: 'high',
    title: 'A database over the network without TLS',
    why: 'Secrets travel in clear, and a relay in the same network is a way to the database.',
    fix: 'TLS in the connection string (sslmode=verify-full), and the address among denied-peer-ip.',
    check(config) {
      return config
        .all('sql-userdb', 'mysql-userdb', 'mongo-userdb', 'redis-userdb', 'redis-statsdb')
        .flatMap((entry: ConfEntry) => {
          const value = entry.value ?? '';
          const host = databaseHost(value);
          if (host === null || host.startsWith('/') || loopback(host) || host === '[::1]') return [];
          if (
            /sslmode\s*=\s*(require|verify)|sslmode\/verify|ssl-?ca|tls=true|ssl=true|rediss:|cipher=/i.test(
              value,
            )
          )
            return [];
          const place = parseAddress(host) === null ? 'another host' : host;
          const message = `${entry.option} connects to ${place} without TLS.`;
          return [
            atValue(entry, message, 'Turn TLS on in the connection string, and deny the address as a peer.'),
          ];
        });
    },
  },
  {
    number: 65,
    name: 'vulnerable-feature',
    severity: 'high',
    title: 'A feature with a known hole in this version',
    why: 'OAuth before 4.10 overflows the stack on a malformed token (CVE-2026-43994); mobility before 4.15 does not check the owner of a ticket, and before 4.17 it goes round quotas.',
    fix: 'Remove the line, or upgrade.',
    check(config) {
      const holes = [
        {
          name: 'oauth',
          fixed: '4.10.0',
          severity: 'critical',
          what: 'a malformed token overflows the stack',
        },
        { name: 'mobility', fixed: '4.17.0', severity: 'high', what: 'tickets go round quotas' },
      ] as const;
      return holes.flatMap(({ name, fixed, severity, what }) => {
        const entry = config.last(name);
        if (entry === undefined || !config.isOn(name) || !config.before(fixed)) return [];
        const message = `${name} in coturn ${config.version.text}: ${what}.`;
        return [at(entry, message, `Remove the line, or upgrade to ${fixed}.`, { severity })];
      });
    },
  },
];
