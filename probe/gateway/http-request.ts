/** The HTTP requests that a router gets (RFC 9112 §3), as bytes. */
import { formatEndpoint } from '../../stun/endpoint.ts';
import { type ActionArguments, actionBody, type ConnectionService, type IgdAction } from './igd.ts';
import type { RouterUrl } from './router-url.ts';

const encoder = new TextEncoder();

/** A connection for each request, since routers are often wrong about keeping one. */
export function descriptionRequest({ endpoint, path }: RouterUrl): Uint8Array {
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${formatEndpoint(endpoint)}`, 'Connection: close', '', ''];
  return encoder.encode(lines.join('\r\n'));
}

/** UDA 1.1 §3.2.1: POST, with the action in SOAPACTION. */
export function actionRequest(
  { endpoint, path }: RouterUrl,
  service: ConnectionService,
  action: IgdAction,
  values: ActionArguments = {},
): Uint8Array {
  const body = actionBody(service, action, values);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${formatEndpoint(endpoint)}`,
    'Content-Type: text/xml; charset="utf-8"',
    `Content-Length: ${encoder.encode(body).length}`,
    `SOAPACTION: "${service.type}#${action}"`,
    'Connection: close',
    '',
    '',
  ];
  return encoder.encode(head.join('\r\n') + body);
}
