/** Certificates and ciphers. */
import { at, atValue, commentOut, missing, type Rule } from '../rule.ts';
import { hasTls } from './listeners.ts';

const hookFix =
  'A certbot deploy hook that copies certificate and key for the turnserver user and runs: systemctl kill -s USR2 coturn';
const weakCipher =
  /(^|[:,+])(ALL|COMPLEMENTOFALL|DEFAULT|eNULL|aNULL|NULL|EXPORT|EXP|LOW|RC4|DES|3DES|MD5)([:,+@]|$)/i;
const dayMs = 86_400_000;

export const tlsRules: readonly Rule[] = [
  {
    number: 44,
    name: 'certificate-unusable',
    severity: 'critical',
    title: 'Certificate or key cannot be used',
    why: 'When one is missing, unreadable, expired or does not fit the other, coturn goes on without TLS and DTLS and says so only in its log. A file with the leaf alone fails at clients that lack the intermediate.',
    fix: 'cert=<fullchain.pem> and pkey=<its key>, both readable by the user that coturn runs as.',
    check(config) {
      const cert = config.last('cert');
      const pkey = config.last('pkey');
      if (config.isOn('no-tls') && (config.isOn('no-dtls') || !config.before('4.17.0'))) return [];
      const tlsPort = config.last('tls-listening-port') ?? config.last('alt-tls-listening-port');
      if (cert === undefined || pkey === undefined) {
        const one = cert ?? pkey ?? tlsPort;
        if (one === undefined) return [];
        const lacking = [cert === undefined ? 'cert' : '', pkey === undefined ? 'pkey' : ''].filter(
          (n) => n !== '',
        );
        return [
          at(
            one,
            `${lacking.join(' and ')} missing: TLS is not started.`,
            'cert=<fullchain.pem>\npkey=<key.pem>',
          ),
        ];
      }
      const { certificate, key, nowMs } = config.environment;
      const found = [];
      if (certificate !== null) {
        if (!certificate.readable) found.push(atValue(cert, 'The certificate file cannot be read.', hookFix));
        else if (certificate.certificates === 0) {
          found.push(atValue(cert, 'The file holds no PEM certificate.', 'cert=<fullchain.pem>'));
        } else {
          const { notAfterMs, certificates, selfSigned } = certificate;
          if (nowMs !== null && notAfterMs !== null && notAfterMs < nowMs) {
            const days = Math.ceil((nowMs - notAfterMs) / dayMs);
            found.push(
              atValue(cert, `The certificate expired ${days} day${days === 1 ? '' : 's'} ago.`, hookFix),
            );
          }
          if (certificates === 1 && !selfSigned) {
            const message =
              'The file holds the leaf certificate alone; clients without the intermediate refuse it.';
            found.push(atValue(cert, message, 'cert=<fullchain.pem>', { severity: 'high' }));
          }
        }
      }
      if (key !== null && !key.readable) found.push(atValue(pkey, 'The key file cannot be read.', hookFix));
      else if (key !== null && key.hiddenFrom !== null) {
        const message = `The user ${key.hiddenFrom}, which runs the server, may not read the key.`;
        found.push(atValue(pkey, message, `chgrp ${key.hiddenFrom} KEY; chmod 0640 KEY. ${hookFix}`));
      }
      if (key?.matchesCertificate === false) {
        found.push(
          atValue(pkey, 'The key does not belong to the certificate.', 'pkey=<key of this certificate>'),
        );
      }
      return found;
    },
  },
  {
    number: 45,
    name: 'certificate-in-private-folder',
    severity: 'high',
    title: 'Certificate in a folder that only root may enter',
    why: 'certbot keeps /etc/letsencrypt/live for root. coturn drops its rights to proc-user (Debian: turnserver) and cannot read the files again after a renewal.',
    fix: hookFix,
    check(config) {
      const user = config.last('proc-user')?.value;
      if (user === 'root') return [];
      return ['cert', 'pkey'].flatMap((name) => {
        const entry = config.last(name);
        if (entry === undefined || !/^\/etc\/letsencrypt\/(live|archive)\//.test(entry.value ?? ''))
          return [];
        return [atValue(entry, `Only root may read ${entry.value}.`, hookFix)];
      });
    },
  },
  {
    number: 46,
    name: 'no-renewal-hook',
    severity: 'high',
    title: 'Nothing tells coturn about a renewed certificate',
    why: 'coturn reads certificates at start and on SIGUSR2. Without a hook the old one stays in memory until it has expired.',
    fix: hookFix,
    check(config) {
      const entry = config.last('cert');
      const certbot = entry?.value?.startsWith('/etc/letsencrypt/') === true;
      if (entry === undefined || !certbot || config.environment.renewalHook !== false) return [];
      return [atValue(entry, 'No deploy hook of certbot names coturn or turnserver.', hookFix)];
    },
  },
  {
    number: 47,
    name: 'tls-contradiction',
    severity: 'medium',
    title: 'TLS is configured and turned off',
    why: 'A TLS port or a certificate beside no-tls shows that somebody expects turns: to work; it does not.',
    fix: 'Remove no-tls, or the certificate and the port.',
    check(config) {
      const off = config.last('no-tls');
      if (off === undefined || !config.isOn('no-tls')) return [];
      const wanted = ['tls-listening-port', 'alt-tls-listening-port', 'cert', 'pkey'].flatMap(
        (n) => config.last(n) ?? [],
      );
      // DTLS alone may use the certificate.
      const dtls = config.before('4.17.0')
        ? config.last('no-dtls') !== undefined && !config.isOn('no-dtls')
        : config.isOn('dtls');
      if (wanted.length === 0 || dtls) return [];
      const message = `no-tls, but ${wanted.map(({ option }) => option).join(', ')} ${wanted.length === 1 ? 'is' : 'are'} set.`;
      return [at(off, message, 'Remove no-tls, or the other lines.')];
    },
  },
  {
    number: 51,
    name: 'weak-tls',
    severity: 'medium',
    title: 'Old protocol versions, small DH groups or weak ciphers',
    why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996); DH groups of 566 and 1066 bits and open cipher lists can be broken. Up to 4.6 the old versions are on unless turned off.',
    fix: 'no-tlsv1 and no-tlsv1_1 up to 4.6; remove tlsv1, tlsv1_1, dh566, dh1066; no cipher-list, or a modern one.',
    check(config) {
      const on = ['tlsv1', 'tlsv1_1', 'dh566', 'dh1066'].flatMap((name) => {
        const entry = config.last(name);
        if (entry === undefined || !config.isOn(name)) return [];
        return [at(entry, `${name} weakens TLS.`, 'Remove the line.', { edit: commentOut(entry) })];
      });
      const ciphers = config.last('cipher-list');
      const list = (ciphers?.value ?? '')
        .split(':')
        .filter((part) => !/^[!-]/.test(part))
        .join(':');
      const weak =
        ciphers !== undefined && weakCipher.test(list)
          ? [
              atValue(
                ciphers,
                'The cipher list holds weak or unnamed ciphers.',
                'Remove the line, or name modern ciphers.',
              ),
            ]
          : [];
      if (!config.before('4.7.0') || !hasTls(config)) return [...on, ...weak];
      const old = ['no-tlsv1', 'no-tlsv1_1']
        .filter((name) => !config.isOn(name))
        .map((name) =>
          missing(name, `${name} is not set: the old protocol version is offered.`, name, {
            edit: { kind: 'append', text: [name] },
          }),
        );
      return [...on, ...weak, ...old];
    },
  },
];
