/** Which transports are offered, and what the server answers before anybody has logged in. */

import { isLoopback } from '../address.ts';
import type { LintConfig } from '../config.ts';
import { append, at, atValue, commentOut, missing, type Rule } from '../rule.ts';

/** 4.17 turned DTLS off by default; before it is on wherever there is a certificate. */
function dtlsOn(config: LintConfig): boolean {
  return config.before('4.17.0') ? !config.isOn('no-dtls') : config.isOn('dtls');
}

export function hasTls(config: LintConfig): boolean {
  return config.last('cert') !== undefined && config.last('pkey') !== undefined && !config.isOn('no-tls');
}

export const listenerRules: readonly Rule[] = [
  {
    number: 48,
    name: 'no-tls-on-443',
    severity: 'medium',
    title: 'No TLS listener on port 443',
    why: 'Networks that let only web traffic out are the ones that need a relay most; turns: on 443 is what gets through.',
    fix: 'tls-listening-port=443 (or alt-tls-listening-port=443), with cert and pkey.',
    check(config) {
      if (config.isOn('stun-only') || config.all('aux-server').some(({ value }) => value?.endsWith(':443')))
        return [];
      const on443 =
        config.number('tls-listening-port') === 443 || config.number('alt-tls-listening-port') === 443;
      const proxied = config.last('tcp-proxy-port') !== undefined;
      if (proxied || (hasTls(config) && on443)) return [];
      const message = 'Clients in networks that allow only port 443 with TLS cannot reach this server.';
      const entry = config.last('tls-listening-port');
      const fix = 'tls-listening-port=443\ncert=<fullchain.pem>\npkey=<key.pem>';
      return [entry ? at(entry, message, fix) : missing('tls-listening-port', message, fix)];
    },
  },
  {
    number: 49,
    name: 'no-listener',
    severity: 'critical',
    title: 'Listeners are turned off, or on loopback only',
    why: 'Without UDP most clients lose their best path; with all listeners off coturn does not start. On loopback only the host itself reaches it.',
    fix: 'Remove no-udp (and no-tcp); listening-ip=<address that clients reach>.',
    check(config) {
      const listening = config.all('listening-ip');
      const [loopback] = listening;
      if (loopback !== undefined && listening.every(({ value }) => isLoopback(value ?? ''))) {
        const message = 'The server listens on loopback only: no client reaches it.';
        return [atValue(loopback, message, 'listening-ip=<address that clients reach>')];
      }
      const entry = config.last('no-udp');
      const tcpOff = config.isOn('no-tcp');
      const tlsOff = !hasTls(config);
      const udpOff = config.isOn('no-udp');
      if (entry === undefined || !udpOff) return [];
      if (tcpOff && tlsOff && !(dtlsOn(config) && config.last('cert') !== undefined)) {
        return [at(entry, 'UDP, TCP and TLS are all off: nobody can reach the server.', 'Remove no-udp.')];
      }
      const message = 'no-udp: media is forced through TCP, with its delay.';
      return [at(entry, message, 'Remove no-udp.', { severity: 'high' })];
    },
  },
  {
    number: 50,
    name: 'no-relay-transport',
    severity: 'critical',
    title: 'Both relay transports are off',
    why: 'coturn ends at once when neither UDP nor TCP may be relayed.',
    fix: 'Remove no-udp-relay.',
    check(config) {
      const entry = config.last('no-udp-relay');
      if (entry === undefined || !config.isOn('no-udp-relay') || !config.isOn('no-tcp-relay')) return [];
      return [
        at(entry, 'no-udp-relay and no-tcp-relay: the server does not start.', 'Remove no-udp-relay.', {
          edit: commentOut(entry),
        }),
      ];
    },
  },
  {
    number: 52,
    name: 'dtls-unsaid',
    severity: 'medium',
    title: 'DTLS is left to the default of the version',
    why: 'Up to 4.16 DTLS is on by default and keeps state for every forged source before its cookie; 4.17 turned it off.',
    fix: 'no-dtls, unless clients use it.',
    check(config) {
      if (!config.before('4.17.0')) {
        const entry = config.last('no-dtls');
        return entry !== undefined && !config.isOn('no-dtls') && !config.isOn('dtls')
          ? [at(entry, 'DTLS is off in this version unless dtls is set.', 'dtls', { severity: 'low' })]
          : [];
      }
      if (config.last('no-dtls') !== undefined || !hasTls(config)) return [];
      const message = `DTLS is on in coturn ${config.version.text} and keeps state for forged sources.`;
      // No repair: clients may be using it.
      return [missing('no-dtls', message, 'no-dtls')];
    },
  },
  {
    number: 53,
    name: 'rfc5780-amplifier',
    severity: 'critical',
    title: 'NAT discovery (RFC 5780) on a TURN server',
    why: 'Its PADDING lets anybody with a forged source turn 24 bytes into 1596, and RESPONSE-PORT sends them where he likes. Up to 4.6 it is on by itself with two addresses.',
    fix: 'no-rfc5780 up to 4.6; from 4.7: do not set rfc5780.',
    check(config) {
      if (!config.before('4.7.0')) {
        const entry = config.last('rfc5780');
        if (entry === undefined) return [];
        const message = 'rfc5780 makes the server an amplifier for forged sources.';
        return [
          at(entry, message, 'Remove the line; run discovery on a server of its own.', {
            edit: commentOut(entry),
          }),
        ];
      }
      if (config.last('no-rfc5780') !== undefined || config.all('listening-ip').length === 1) return [];
      const message = `coturn ${config.version.text} turns RFC 5780 on by itself when it listens on two addresses: an amplifier.`;
      return config.before('4.6.0')
        ? [missing('no-rfc5780', message, 'A single listening-ip, or coturn 4.6 with no-rfc5780.')]
        : [missing('no-rfc5780', message, 'no-rfc5780', { edit: append('no-rfc5780') })];
    },
  },
  {
    number: 54,
    name: 'rfc3489-replies',
    severity: 'medium',
    title: 'Replies to RFC 3489 requests',
    why: 'Requests without the magic cookie get answers four times their size. Up to 4.6 that is the default.',
    fix: 'no-stun-backward-compatibility up to 4.6; later: do not set stun-backward-compatibility or rfc3489-compatibility.',
    check(config) {
      if (!config.before('4.7.0')) {
        return ['stun-backward-compatibility', 'rfc3489-compatibility'].flatMap((name) => {
          const entry = config.last(name);
          if (entry === undefined || !config.isOn(name)) return [];
          return [
            at(entry, 'The server answers requests of 2003 at four times their size.', 'Remove the line.', {
              edit: commentOut(entry),
            }),
          ];
        });
      }
      if (config.before('4.6.0') || config.isOn('no-stun-backward-compatibility')) return [];
      const message = 'The server answers requests without a magic cookie at four times their size.';
      const line = 'no-stun-backward-compatibility';
      return [missing(line, message, line, { edit: append(line) })];
    },
  },
  {
    number: 55,
    name: 'software-shown',
    severity: 'low',
    title: 'The software’s name and version are shown',
    why: 'SOFTWARE tells attackers which advisories apply (RFC 8489 section 16.1.2) and adds 24 bytes to every relayed Data indication. Off by default from 4.7.',
    fix: 'no-software-attribute up to 4.6; later: do not set software-attribute.',
    check(config) {
      if (!config.before('4.7.0')) {
        const entry = config.last('software-attribute');
        if (entry === undefined || !config.isOn('software-attribute')) return [];
        return [
          at(entry, 'SOFTWARE is sent in every message.', 'Remove the line.', { edit: commentOut(entry) }),
        ];
      }
      if (config.isOn('no-software-attribute')) return [];
      const message = 'SOFTWARE, with the version, is sent in every message.';
      return [
        missing('no-software-attribute', message, 'no-software-attribute', {
          edit: append('no-software-attribute'),
        }),
      ];
    },
  },
  {
    number: 67,
    name: 'stun-restricted',
    severity: 'medium',
    title: 'secure-stun, no-stun or stun-only on a TURN server',
    why: 'Browsers ask the TURN server for their public address without credentials. secure-stun answers 401, no-stun nothing: their server-reflexive candidate is lost. stun-only answers no Allocate at all.',
    fix: 'Remove the line.',
    check(config) {
      return ['secure-stun', 'no-stun', 'stun-only'].flatMap((name) => {
        const entry = config.last(name);
        if (entry === undefined || !config.isOn(name)) return [];
        const what =
          name === 'stun-only'
            ? 'every Allocate goes unanswered'
            : 'browsers lose their server-reflexive candidates';
        return [at(entry, `${name}: ${what}.`, 'Remove the line.')];
      });
    },
  },
];
