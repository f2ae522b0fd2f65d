/** An OTLP/HTTP receiver on loopback: what a collector does with traces, as far as it comes in. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';

const valueSchema = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.union([z.number(), z.string()]) }).transform(({ intValue }) => Number(intValue)),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
]);
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const spanSchema = z.object({
  traceId: z.string().regex(/^[\da-f]{32}$/),
  spanId: z.string().regex(/^[\da-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  /** opentelemetry.proto.trace.v1.Span.SpanKind */
  kind: z.int(),
  attributes: attributesSchema,
  status: z.object({ code: z.int().optional(), message: z.string().optional() }),
});
export type CollectedSpan = z.output<typeof spanSchema>;
/** ExportTraceServiceRequest as JSON (OTLP 1.x, “JSON Protobuf Encoding”). */
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

export class Collector {
  readonly url: string;
  readonly spans: CollectedSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  /** Everything that came, as it came. */
  raw = '';
  requests = 0;
  readonly #server: Server;

  /** @param status what it answers */
  static async open(status = 200): Promise<Collector> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Collector(server, status);
  }

  private constructor(server: Server, status: number) {
    this.#server = server;
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests += 1;
        this.#take(request.url ?? '', Buffer.concat(chunks).toString());
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  named(name: string): CollectedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(path: string, text: string): void {
    this.raw += text;
    if (path !== '/v1/traces') throw new Error(`${path} is no path of OTLP for traces`);
    for (const { resource, scopeSpans } of requestSchema.parse(JSON.parse(text)).resourceSpans) {
      this.resources.push(resource.attributes);
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }
}
