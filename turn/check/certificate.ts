/** What one TLS handshake showed; gathered by `turn/io/`, judged by the checks of group T. */
export interface CertificateSight {
  readonly uri: string;
  readonly host: string;
  readonly port: number;
}
