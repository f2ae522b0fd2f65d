/** A home router for the virtual network: answers PCP, NAT-PMP and UPnP as it is told, also badly. */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';

export const routerAddress = '192.168.1.1';
export const portControl: Endpoint = { address: routerAddress, port: 5351 };
export const ssdp: Endpoint = { address: routerAddress, port: 1900 };
export const web: Endpoint = { address: routerAddress, port: 5000 };

export interface RouterScript {
  /** The answer to a datagram; null: none. */
  readonly datagram?: (socket: 'control' | 'ssdp', bytes: Uint8Array) => Uint8Array | null;
  /** The answer to an HTTP request, in pieces; null: the connection stays silent. */
  readonly http?: (request: string) => readonly string[] | null;
}

const encoder = new TextEncoder();

export class FakeRouter implements Machine {
  readonly requests: string[] = [];
  private readonly script: RouterScript;

  constructor(script: RouterScript) {
    this.script = script;
  }

  handle(_nowMs: number, input: Input): Effect[] {
    if (input.kind !== 'received') return [];
    const { socket, from, bytes } = input;
    if (socket === 'control' || socket === 'ssdp') {
      const answer = this.script.datagram?.(socket, bytes) ?? null;
      return answer === null ? [] : [{ kind: 'send', socket, to: from, bytes: answer }];
    }
    const request = new TextDecoder().decode(bytes);
    this.requests.push(request.split('\r\n', 1)[0] ?? '');
    const pieces = this.script.http?.(request) ?? null;
    if (pieces === null) return [];
    return [
      ...pieces.map((piece): Effect => ({ kind: 'send', socket, to: from, bytes: encoder.encode(piece) })),
      { kind: 'close', socket },
    ];
  }

  nextDeadlineMs(): null {
    return null;
  }

  isFinished(): boolean {
    return false;
  }
}

export function page(body: string): string[] {
  return [`HTTP/1.1 200 OK\r\nContent-Length: ${encoder.encode(body).length}\r\n\r\n`, body];
}

export function searchAnswer(location: string): Uint8Array {
  return encoder.encode(
    `HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nLOCATION: ${location}\r\n\r\n`,
  );
}

export const connectionType = 'urn:schemas-upnp-org:service:WANIPConnection:1';

export function descriptionPage(...controlUrls: readonly string[]): string[] {
  const services = controlUrls.map(
    (url) => `<service><serviceType>${connectionType}</serviceType><controlURL>${url}</controlURL></service>`,
  );
  return page(
    `<root><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><modelName>Box</modelName>${services.join('')}</device></root>`,
  );
}

export function actionPage(action: string, content: string): string[] {
  return page(`<s:Body><u:${action}Response>${content}</u:${action}Response></s:Body>`);
}
