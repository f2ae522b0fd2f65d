/** What TLS handshakes with one endpoint showed; gathered by `turn/io/see-certificate.ts`, judged by group T. */
export interface CertificateSight {
  /** As given. */
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  /** Why the plain handshake did not complete; null: it did. */
  readonly failure: string | null;
  /** OpenSSL's verdict on the chain (`CERT_HAS_EXPIRED` …); null: trusted. */
  readonly chainProblem: string | null;
  /** Null: the certificate names the host. */
  readonly nameProblem: string | null;
  /** Seconds since 1970; null: unknown. */
  readonly validToEpochSec: number | null;
  /** Certificates that the server sent. */
  readonly chainLength: number;
  /** The leaf signs itself. */
  readonly selfSigned: boolean;
  readonly keyBits: number | null;
  readonly ellipticCurve: boolean;
  /** SHA-256 of the leaf, hex with colons. */
  readonly fingerprint: string | null;
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly handshakeMs: number | null;
  /** Handshakes that changed one thing; null: not tried. */
  readonly tls12: boolean | null;
  readonly tls13: boolean | null;
  /** TLS 1.0 or 1.1. */
  readonly tlsOld: boolean | null;
  readonly weakCipher: string | null;
  readonly withoutSni: boolean | null;
  /** The name that the server picks when offered `stun.turn`; false: handshake refused; null: none picked. */
  readonly alpnTurn: string | false | null;
  /** The same for a name that nobody knows. */
  readonly alpnUnknown: string | false | null;
  /** Whether a Binding is answered by STUN on a connection that named `stun.turn`, and on one that named nothing. */
  readonly turnWithAlpn: boolean | null;
  readonly turnWithoutAlpn: boolean | null;
  readonly resumed: boolean | null;
}
