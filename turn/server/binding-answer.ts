import { type Attribute, attributeTable, isComprehensionRequired } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { beforeIntegrity, unknownRequired } from '../../stun/heeded.ts';
import { sealMessage } from '../../stun/integrity.ts';
import { encodeMessage, getAttribute, type MessageClass, type StunMessage } from '../../stun/message.ts';
import { type Corner, type CornerEndpoints, changedCorner, hasAlternate, oppositeCorner } from './corners.ts';

/** A Binding request that passed the checks of RFC 8489 s6.3, and how it came in. */
export interface BindingQuestion {
  readonly message: StunMessage;
  /** Size on the wire, for the amplification limit. */
  readonly wireBytes: number;
  readonly source: Endpoint;
  readonly asked: Corner;
  readonly overStream: boolean;
  /** The alternate endpoints accept streams as well. */
  readonly streamsEverywhere: boolean;
  readonly withFingerprint: boolean;
  /** False: RFC 5780 is not offered, so RESPONSE-ORIGIN is left out and RESPONSE-PORT is 420. Default true. */
  readonly discovery?: boolean;
}

export interface BindingReply {
  readonly from: Corner;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/** SOFTWARE is left out where the answer would be larger than this many times the request. */
export const maxAmplification = 3;
/** PADDING never grows an answer beyond one Ethernet frame's payload, rounded to four bytes (RFC 5780 s7.6). */
export const maxPaddingBytes = 1500;
/** RESPONSE-PORT never aims at a system port: others may share the client's public address. */
export const lowestResponsePort = 1024;

/**
 * The answer to one Binding request, success or error: a pure function of the request and our endpoints.
 * @param extra goes with a success
 */
export function answerBinding(
  endpoints: CornerEndpoints,
  software: string | null,
  question: BindingQuestion,
  extra: readonly Attribute[] = [],
): BindingReply {
  const { message, asked, source } = question;
  const change = getAttribute(message, 'CHANGE-REQUEST');
  const responsePort = getAttribute(message, 'RESPONSE-PORT');
  const padding = getAttribute(message, 'PADDING');

  const problem = requestProblem(endpoints, question);
  if (problem !== null) {
    return { from: asked, to: source, bytes: encode(question, 'error', problem, software) };
  }
  const from = change === undefined ? asked : changedCorner(asked, change);
  const origin = question.discovery === false ? null : definite(endpoints[from]);
  // RFC 5780 s7.4: a promise that the alternate endpoint answers; over a stream it needs a listener there.
  const promised = !question.overStream || question.streamsEverywhere;
  const other = promised ? alternateOf(endpoints, asked) : null;
  const attributes: Attribute[] =
    message.classicCookie === undefined ? modern(source, origin, other) : classic(source, origin, other);
  if (padding !== undefined) {
    // RFC 5780 s7.6 wants padding of the interface's MTU. To a source that may be forged we give back no more
    // than it sent: a client that tests fragments sends a full-size request anyway.
    attributes.push({ name: 'PADDING', value: new Uint8Array(Math.min(padding.length, maxPaddingBytes)) });
  }
  // RFC 5780 s7.5: the answer goes to the same IP address, only the port may be chosen.
  const to = responsePort === undefined ? source : { address: source.address, port: responsePort };
  attributes.push(...extra);
  return { from, to, bytes: encode(question, 'success', attributes, software) };
}

/** The attributes of the error response that this request deserves; null when it deserves a success. */
function requestProblem(endpoints: CornerEndpoints, question: BindingQuestion): Attribute[] | null {
  const { message, overStream } = question;
  const heeded = beforeIntegrity(message.attributes);
  const unknown = unknownRequired(heeded);
  if (getAttribute(message, 'CHANGE-REQUEST') !== undefined) {
    // RFC 5780 s6.1: 420 without an alternate address; a stream has its two ends fixed, so 420 there too.
    if (overStream || !hasAlternate(endpoints)) unknown.push(attributeTable['CHANGE-REQUEST'].code);
  }
  // RFC 3489's RESPONSE-ADDRESS would send our answer to any host that the client names. Never.
  if (getAttribute(message, 'RESPONSE-ADDRESS') !== undefined) {
    unknown.push(attributeTable['RESPONSE-ADDRESS'].code);
  }
  const responsePort = getAttribute(message, 'RESPONSE-PORT');
  const fixedReturn = overStream || question.discovery === false;
  if (responsePort !== undefined && fixedReturn) unknown.push(attributeTable['RESPONSE-PORT'].code);
  if (unknown.length > 0) {
    return [
      { name: 'ERROR-CODE', value: { code: 420, reason: 'Unknown Attribute' } },
      { name: 'UNKNOWN-ATTRIBUTES', value: [...new Set(unknown)] },
    ];
  }
  const malformed = heeded.some((a) => a.name === 'malformed' && isComprehensionRequired(a.type));
  if (malformed) return badRequest('Malformed Attribute');
  if (responsePort !== undefined) {
    // RFC 5780 s6.1: PADDING and RESPONSE-PORT in one request is a 400.
    if (getAttribute(message, 'PADDING') !== undefined) return badRequest('PADDING with RESPONSE-PORT');
    if (responsePort < lowestResponsePort) return badRequest('RESPONSE-PORT Too Low');
  }
  return null;
}

function badRequest(reason: string): Attribute[] {
  return [{ name: 'ERROR-CODE', value: { code: 400, reason } }];
}

/** What a STUN-only server says to an Allocate request, so that a TURN client fails at once instead of waiting. */
export function answerAllocate(question: BindingQuestion, software: string | null): BindingReply {
  const bytes = encode(question, 'error', badRequest('No TURN Here'), software);
  return { from: question.asked, to: question.source, bytes };
}

/**
 * OTHER-ADDRESS is the diagonal of the endpoint that was asked (RFC 5780 s6.1 table 1, s7.4), so that a client
 * that starts at the alternate address learns the way back. Not announced unless all four endpoints exist.
 */
function alternateOf(endpoints: CornerEndpoints, asked: Corner): Endpoint | null {
  return hasAlternate(endpoints) ? endpoints[oppositeCorner(asked)] : null;
}

/** A server that listens on the wildcard address does not know which address an answer leaves from. */
function definite(endpoint: Endpoint | undefined): Endpoint | null {
  if (endpoint === undefined || endpoint.address === '0.0.0.0' || endpoint.address === '::') return null;
  return endpoint;
}

function modern(source: Endpoint, origin: Endpoint | null, other: Endpoint | null): Attribute[] {
  return [
    { name: 'XOR-MAPPED-ADDRESS', value: source },
    ...(origin === null ? [] : [{ name: 'RESPONSE-ORIGIN', value: origin } as const]),
    ...(other === null ? [] : [{ name: 'OTHER-ADDRESS', value: other } as const]),
  ];
}

/** RFC 3489 s8.1: MAPPED-ADDRESS, SOURCE-ADDRESS and CHANGED-ADDRESS, all in clear. */
function classic(source: Endpoint, origin: Endpoint | null, other: Endpoint | null): Attribute[] {
  return [
    { name: 'MAPPED-ADDRESS', value: source },
    ...(origin === null ? [] : [{ name: 'SOURCE-ADDRESS', value: origin } as const]),
    ...(other === null ? [] : [{ name: 'CHANGED-ADDRESS', value: other } as const]),
  ];
}

function encode(
  question: BindingQuestion,
  messageClass: MessageClass,
  attributes: readonly Attribute[],
  software: string | null,
): Uint8Array {
  const { classicCookie } = question.message;
  const bare: StunMessage = {
    method: question.message.method,
    class: messageClass,
    transactionId: question.message.transactionId,
    attributes,
    // RFC 8489 s11: an old client recognises its 128-bit id only with its own four bytes in the cookie's place.
    ...(classicCookie === undefined ? {} : { classicCookie }),
  };
  const seal = (message: StunMessage): Uint8Array =>
    // RFC 8489 s7: an answer to a request with FINGERPRINT carries one too.
    question.withFingerprint ? sealMessage(message, { fingerprint: true }) : encodeMessage(message);
  const small = seal(bare);
  if (software === null || classicCookie !== undefined) return small;
  const named = seal({ ...bare, attributes: [...attributes, { name: 'SOFTWARE', value: software }] });
  return named.length <= maxAmplification * question.wireBytes ? named : small;
}
