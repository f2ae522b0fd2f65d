/** Group T: what TLS handshakes showed. */
import type { CertificateSight } from '../certificate.ts';
import type { Check, Stage } from '../check.ts';
import { failed, judged, passed, skipped, type Verdict, warned } from '../verdict.ts';

const order = ['failed', 'warned', 'skipped', 'passed'] as const;
const warnDays = 21;
const failDays = 7;
const reload =
  'cert=/etc/turnserver/fullchain.pem (the whole chain, readable by the turnserver user) and pkey=; a deploy hook of the ACME client that copies both and runs: kill -USR2 $(pidof turnserver)';
const certificateFix = {
  coturn: reload,
  other: 'Serve a valid certificate with its whole chain, and reload it after each renewal.',
};

/** Judges every TLS endpoint; the worst one counts, all are told. */
function overSights(judge: (sight: CertificateSight, stage: Stage) => Verdict): Check['run'] {
  return (stage) => {
    const { certificates } = stage.site;
    if (certificates.length === 0) return skipped('no turns: URI was given');
    const verdicts = certificates.map((sight) => {
      const verdict =
        sight.failure === null ? judge(sight, stage) : skipped(`no handshake: see T01 (${sight.failure})`);
      return certificates.length === 1
        ? verdict
        : { ...verdict, observed: `${sight.uri}: ${verdict.observed}` };
    });
    const [worst] = order.flatMap((status) => verdicts.filter((verdict) => verdict.status === status));
    return {
      ...(worst ?? skipped('nothing seen')),
      observed: verdicts.map(({ observed }) => observed).join('; '),
    };
  };
}

function daysLeft({ validToEpochSec }: CertificateSight, nowEpochSec: number): number | null {
  return validToEpochSec === null ? null : (validToEpochSec - nowEpochSec) / 86_400;
}

function judgeCertificate(sight: CertificateSight, { site }: Stage): Verdict {
  const days = daysLeft(sight, site.startEpochSec);
  if (days !== null && days < 0) return failed(`the certificate expired ${Math.ceil(-days)} days ago`);
  if (sight.nameProblem !== null) {
    return failed(`the certificate is for another name: ${sight.nameProblem}`, {
      fix: `Issue a certificate with the name ${sight.host} in subjectAltName, or give clients the name that it has. ${reload}`,
    });
  }
  if (sight.chainProblem !== null) {
    const leafOnly = sight.chainLength === 1 && !sight.selfSigned;
    return failed(
      leafOnly
        ? `the chain is incomplete: only the server’s own certificate is sent (${sight.chainProblem})`
        : `not trusted: ${sight.chainProblem}`,
    );
  }
  if (days !== null && days < failDays)
    return failed(`expires in ${Math.floor(days)} days`, { severity: 'high' });
  if (sight.keyBits !== null && !sight.ellipticCurve && sight.keyBits < 2048) {
    return failed(`an RSA key of ${sight.keyBits} bits`, { severity: 'high' });
  }
  if (days !== null && days < warnDays) return warned(`expires in ${Math.floor(days)} days`);
  return passed(
    `trusted, names ${sight.host}, ${days === null ? 'no end' : `${Math.floor(days)} days left`}`,
  );
}

export const tlsChecks: readonly Check[] = [
  {
    id: 'T04',
    title: 'The certificate is whole, trusted, in time and for this name',
    severity: 'critical',
    rfc: 'RFC 8489 §6.2.3, RFC 9525',
    sent: 'a TLS handshake with each turns: URI',
    expected: 'a trusted chain, the host’s name, at least three weeks left, a key of 2048 bits or a curve',
    fix: certificateFix,
    run: overSights(judgeCertificate),
  },
  {
    id: 'T05',
    title: 'The certificate in use is the one on disk',
    severity: 'high',
    rfc: null,
    sent: 'nothing more: the fingerprint is compared with --certificate',
    expected: 'the same certificate',
    fix: {
      coturn: 'kill -USR2 $(pidof turnserver) after each renewal (SIGHUP does not reload certificates)',
      other: 'Reload the server after each renewal.',
    },
    run: (stage) => {
      const wanted = stage.site.certificateOnDisk;
      if (wanted === null) return skipped('needs --certificate FILE');
      return overSights(({ fingerprint }) =>
        judged(fingerprint === wanted, fingerprint === wanted ? 'the same' : 'another one is served'),
      )(stage);
    },
  },
  {
    id: 'T06',
    title: 'TLS 1.2 and 1.3 are spoken, 1.0 and 1.1 are not',
    severity: 'medium',
    rfc: 'RFC 8996, RFC 9325 §3.1.1',
    sent: 'handshakes with TLS 1.3 alone, 1.2 alone, and 1.0–1.1',
    expected: 'success, success, refusal',
    fix: {
      coturn: [
        { before: '4.7', text: 'no-tlsv1\nno-tlsv1_1\nupgrade for TLS 1.3' },
        { text: 'take tlsv1 and tlsv1_1 out' },
      ],
      other: 'Offer TLS 1.2 and 1.3 only.',
    },
    run: overSights(({ tls12, tls13, tlsOld }) => {
      const seen = `1.2 ${tls12 ? 'yes' : 'no'}, 1.3 ${tls13 ? 'yes' : 'no'}, older ${tlsOld ? 'yes' : 'no'}`;
      if (tlsOld || !(tls12 || tls13)) return failed(seen);
      return tls12 && tls13 ? passed(seen) : warned(seen);
    }),
  },
  {
    id: 'T07',
    title: 'Weak ciphers are refused',
    severity: 'medium',
    rfc: 'RFC 9325 §4.1',
    sent: 'a handshake that offers NULL, anonymous, RC4, 3DES and export ciphers only',
    expected: 'refusal',
    fix: {
      coturn: 'cipher-list=ECDHE+AESGCM:ECDHE+CHACHA20',
      other: 'Offer ECDHE with AES-GCM or ChaCha20 only.',
    },
    run: overSights(({ weakCipher, cipher }) =>
      weakCipher === null
        ? passed(`refused; ordinary clients get ${cipher}`)
        : failed(`${weakCipher} was agreed on`),
    ),
  },
  {
    id: 'T08',
    title: 'Clients with and without ALPN get in',
    severity: 'high',
    rfc: 'RFC 7443 §3, RFC 7301 §3.2',
    sent: 'handshakes without ALPN, with stun.turn, and with a name that nobody knows; a Binding over the first two',
    expected: 'TURN answers over the first two; browsers send no ALPN here',
    fix: {
      coturn:
        'in the proxy in front (nginx, haproxy): send connections without ALPN to TURN, not to the web server',
      other: 'Accept stun.turn and no ALPN; in a proxy in front send connections without ALPN to TURN.',
    },
    run: overSights(({ alpnTurn, alpnUnknown, turnWithAlpn, turnWithoutAlpn }) => {
      if (alpnTurn === false) return failed('stun.turn is refused');
      // Where neither is answered, the server answers no Binding at all: S01 and T01 say so.
      if (turnWithAlpn !== turnWithoutAlpn) {
        const [reaches, misses] = turnWithAlpn ? ['stun.turn', 'no protocol'] : ['no protocol', 'stun.turn'];
        return failed(
          `who names ${misses} by ALPN gets a handshake and something else than TURN behind it; who names ${reaches} reaches TURN: a proxy decides by ALPN`,
        );
      }
      const words = [
        `stun.turn: ${alpnTurn ?? 'ignored'}`,
        `unknown name: ${alpnUnknown === false ? 'refused' : (alpnUnknown ?? 'ignored')}`,
      ];
      return passed(words.join(', '));
    }),
  },
  {
    id: 'T11',
    title: 'Handshakes are quick, and sessions are resumed (information)',
    severity: 'info',
    rfc: 'RFC 8446 §2.2',
    sent: 'a handshake, and one that offers its session again',
    expected: 'figures',
    fix: null,
    run: overSights(({ handshakeMs, resumed, protocol, withoutSni }) =>
      passed(
        `${protocol} in ${handshakeMs?.toFixed(0) ?? '?'} ms; session ${resumed ? 'resumed' : 'not resumed'}; without SNI: ${withoutSni ? 'accepted' : 'refused'}`,
      ),
    ),
  },
];
