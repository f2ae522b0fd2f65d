/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): publish a stream with one HTTP request, view it with another. OBS,
 * GStreamer, ffmpeg and browsers speak them.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { maxSdpLength } from '../../contract/signal.ts';
import { fault } from '../fault.ts';
import { isLoopbackAddress } from '../loopback.ts';
import type { OfferPurpose } from '../sfu/sdp/filter-offer.ts';
import { Streams, type StreamsOptions } from '../sfu/streams.ts';

const sdpType = 'application/sdp';

interface Endpoint {
  readonly purpose: OfferPurpose;
  readonly prefix: string;
}
const endpoints: readonly Endpoint[] = [
  { purpose: 'publish', prefix: '/whip' },
  { purpose: 'view', prefix: '/whep' },
];

/** Does something between an entry of the audit log and its outcome. */
type Recorded = <T>(request: FastifyRequest, act: () => Promise<T>) => Promise<T>;

const streamParams = z.object({ stream: idSchema });
const sessionParams = streamParams.extend({ session: idSchema });

/** Publishing needs the role of an operator (`Authorization: Bearer`); whoever knows a stream’s name may view it. */
export async function registerWhip(
  app: FastifyInstance,
  options: StreamsOptions,
  recorded: Recorded,
): Promise<void> {
  const streams = new Streams(options);
  app.addHook('onClose', async () => streams.close());
  await app.register(async (scope) => {
    // Any other content type: 415 by Fastify. Fragments are only read to be refused with 405.
    scope.removeAllContentTypeParsers();
    const limits = { parseAs: 'string', bodyLimit: maxSdpLength } as const;
    scope.addContentTypeParser([sdpType, 'application/trickle-ice-sdpfrag'], limits, (_request, body, done) =>
      done(null, body),
    );
    for (const endpoint of endpoints) addEndpoint(scope, streams, endpoint, recorded);
  });
}

function addEndpoint(
  app: FastifyInstance,
  streams: Streams,
  { purpose, prefix }: Endpoint,
  recorded: Recorded,
): void {
  const url = `${prefix}/:stream`;
  const schema = { hide: true };

  app.post(url, { schema: { ...schema, params: streamParams } }, async (request, reply) => {
    const { stream } = streamParams.parse(request.params);
    if (typeof request.body !== 'string' || !request.headers['content-type']?.startsWith(sdpType)) {
      throw fault('request-invalid', `the body is not ${sdpType}`);
    }
    const clientIsLocal = isLoopbackAddress(request.ip);
    const offer = request.body;
    const open = () => streams[purpose](stream, offer, clientIsLocal);
    const session = await (purpose === 'publish' ? recorded(request, open) : open());
    // RFC 9725 §4.2: the answer, and where the session can be ended. Without an ETag there is no trickling.
    return reply
      .code(201)
      .header('location', `${prefix}/${stream}/${session.id}`)
      .header('cache-control', 'no-store')
      .type(sdpType)
      .send(session.answer);
  });

  // RFC 9725 §4.2: what an endpoint takes.
  app.options(url, { schema }, async (_request, reply) =>
    reply.header('accept-post', sdpType).code(204).send(),
  );

  app.delete(`${url}/:session`, { schema: { ...schema, params: sessionParams } }, async (request) => {
    const { stream, session } = sessionParams.parse(request.params);
    if (!streams.leave(stream, session, purpose)) throw fault('not-found', 'session');
    return '';
  });

  // RFC 9725 §4.2 and §4.3.1: other methods are for later versions; without trickling, PATCH is one of them.
  const notAllowed = (allow: string) => async (_request: FastifyRequest, reply: FastifyReply) =>
    reply.code(405).header('allow', allow).send();
  app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url, schema, handler: notAllowed('POST, OPTIONS') });
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'POST'],
    url: `${url}/:session`,
    schema,
    handler: notAllowed('DELETE'),
  });
}
