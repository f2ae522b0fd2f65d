import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Lab } from './lab.ts';

export interface SharedPort {
  /** Where clients of both services come. */
  readonly listen: Endpoint;
  /** TURN over TLS. */
  readonly turn: Endpoint;
  /** PEM, certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** Whether connections that name no protocol by ALPN go to TURN as well. */
  readonly withoutAlpnToTurn: boolean;
}

const webPort = 8443;

/**
 * Debian's haproxy in front of TURN and a web server: it looks at ALPN in the ClientHello and sends the connection on
 * as it is. The web server is haproxy itself, on loopback.
 * @throws Error with its own output when it does not come up
 */
export async function startHaproxy(lab: Lab, port: SharedPort): Promise<void> {
  const folder = lab.folder('haproxy');
  const pem = join(folder, 'web.pem');
  writeFileSync(pem, readFileSync(port.certificate, 'utf8') + readFileSync(port.key, 'utf8'), {
    mode: 0o600,
  });
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configOf(port, pem));
  const running = lab.spawn(lab.server, ['haproxy', '-db', '-f', file], { cwd: folder });
  await Promise.race([
    waitForListener(lab, port.listen),
    running.ended.then(() => {
      throw new Error(`haproxy ended\n${running.stdout()}${running.stderr()}`);
    }),
  ]);
}

function configOf({ listen, turn, withoutAlpnToTurn }: SharedPort, pem: string): string {
  return `defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend shared
  bind ${listen.address}:${listen.port}
  tcp-request inspect-delay 3s
  tcp-request content accept if { req.ssl_hello_type 1 }
  use_backend turn if { req.ssl_alpn -m sub stun. }
${withoutAlpnToTurn ? '  use_backend turn if !{ req.ssl_alpn -m found }\n' : ''}  default_backend web
backend turn
  server turn ${turn.address}:${turn.port}
backend web
  server web 127.0.0.1:${webPort}
frontend pages
  mode http
  bind 127.0.0.1:${webPort} ssl crt ${pem} alpn http/1.1
  http-request return status 200 content-type text/plain string "a web page"
`;
}

/** Connects until somebody accepts. */
async function waitForListener(lab: Lab, { address, port }: Endpoint): Promise<void> {
  const script = `
const net = require('node:net');
const knock = () => net.connect(${port}, '${address}').once('connect', () => process.exit(0)).once('error', () => setTimeout(knock, 20));
knock();`;
  const { code } = await lab.run(lab.server, [process.execPath, '-e', script], { timeoutMs: 10_000 });
  if (code !== 0) throw new Error(`haproxy does not accept connections on ${address}:${port}`);
}
