import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import { allFaults } from '../faults/catalog.ts';
import { profiles } from '../faults/profiles.ts';
import { type FaultControl, FaultPlanError, type Faults } from './fault-control.ts';
import { listenError } from './listen-error.ts';

export interface FaultHttp {
  readonly url: string;
  close(): Promise<void>;
}

const maxBodyBytes = 262_144;

/** Serves the control of the faults. Whoever knows the token may change them. Rejects with a `ListenError`. */
export function serveFaultControl(control: FaultControl, at: Endpoint, token: string): Promise<FaultHttp> {
  const server = createServer((request, response) => {
    if (!isAllowed(request, token)) {
      response.setHeader('www-authenticate', 'Bearer');
      reply(response, 401, { error: 'the token is missing or wrong' });
      return;
    }
    respond(control, request, response).catch((error: unknown) => {
      const wrong = error instanceof FaultPlanError || error instanceof SyntaxError;
      if (wrong) reply(response, 400, { error: error.message });
      else reply(response, 500, { error: 'internal error' });
    });
  });
  server.requestTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'tcp', at)));
    server.listen(at.port, at.address, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : at.port;
      resolve({
        url: `http://${formatEndpoint({ address: at.address, port })}`,
        close: () => {
          const closed = new Promise<void>((done) => server.close(() => done()));
          server.closeAllConnections();
          return closed;
        },
      });
    });
  });
}

async function respond(
  control: FaultControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  switch (`${request.method} ${pathname}`) {
    case 'GET /faults':
      break;
    case 'PUT /faults': {
      const body = await readBody(request);
      if (body === null) return reply(response, 413, { error: `more than ${maxBodyBytes} bytes` });
      // Whatever it is: the control judges it.
      control.set(JSON.parse(body) as Faults);
      break;
    }
    case 'DELETE /faults':
      control.clear();
      break;
    case 'GET /log':
      return reply(response, 200, { log: control.log(Number(searchParams.get('after') ?? 0)) });
    case 'GET /catalogue':
      return reply(response, 200, { faults: allFaults, profiles });
    default:
      return reply(response, 404, { error: 'no such thing' });
  }
  reply(response, 200, { plan: control.plan, rules: control.tallies });
}

/** Null: too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
