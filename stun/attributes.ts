/**
 * The attribute table. One row per attribute drives the codec, the value types, the property tests and the docs.
 * Whether an attribute must be understood follows from its code (RFC 8489 s14: below 0x8000 it must).
 */
import { address, addressFamily, xorAddress } from './codecs/address.ts';
import { maxValueBytes, type ValueCodec } from './codecs/codec.ts';
import { addressErrorCode, errorCode, maxPhraseBytes } from './codecs/error.ts';
import {
  changeRequest,
  evenPort,
  flag,
  port,
  protocol,
  uint16,
  uint16List,
  uint32,
  uint64,
} from './codecs/number.ts';
import { passwordAlgorithm, passwordAlgorithms } from './codecs/password-algorithm.ts';
import { icmp, transmitCounter } from './codecs/report.ts';
import { opaque, text } from './codecs/text.ts';

export interface AttributeRow<T = unknown> {
  readonly code: number;
  /** Where the layout is defined. */
  readonly rfc: string;
  readonly codec: ValueCodec<T>;
}

const anyBytes = opaque(0, maxValueBytes);
/** RFC 8489 s14.9, s14.10, s14.14: fewer than 128 characters, up to 763 bytes when reading. */
const phrase = text(maxPhraseBytes);

export const attributeTable = {
  'MAPPED-ADDRESS': { code: 0x0001, rfc: 'RFC 8489 s14.1', codec: address },
  'RESPONSE-ADDRESS': { code: 0x0002, rfc: 'RFC 3489 s11.2.2', codec: address },
  'CHANGE-REQUEST': { code: 0x0003, rfc: 'RFC 5780 s7.2', codec: changeRequest },
  'SOURCE-ADDRESS': { code: 0x0004, rfc: 'RFC 3489 s11.2.5', codec: address },
  'CHANGED-ADDRESS': { code: 0x0005, rfc: 'RFC 3489 s11.2.3', codec: address },
  USERNAME: { code: 0x0006, rfc: 'RFC 8489 s14.3', codec: text(508) },
  'MESSAGE-INTEGRITY': { code: 0x0008, rfc: 'RFC 8489 s14.5', codec: opaque(20, 20) },
  'ERROR-CODE': { code: 0x0009, rfc: 'RFC 8489 s14.8', codec: errorCode },
  'UNKNOWN-ATTRIBUTES': { code: 0x000a, rfc: 'RFC 8489 s14.13', codec: uint16List },
  'REFLECTED-FROM': { code: 0x000b, rfc: 'RFC 3489 s11.2.11', codec: address },
  'CHANNEL-NUMBER': { code: 0x000c, rfc: 'RFC 8656 s18.1', codec: uint16 },
  /** Seconds. */
  LIFETIME: { code: 0x000d, rfc: 'RFC 8656 s18.2', codec: uint32 },
  'XOR-PEER-ADDRESS': { code: 0x0012, rfc: 'RFC 8656 s18.3', codec: xorAddress },
  DATA: { code: 0x0013, rfc: 'RFC 8656 s18.4', codec: anyBytes },
  REALM: { code: 0x0014, rfc: 'RFC 8489 s14.9', codec: phrase },
  NONCE: { code: 0x0015, rfc: 'RFC 8489 s14.10', codec: phrase },
  'XOR-RELAYED-ADDRESS': { code: 0x0016, rfc: 'RFC 8656 s18.5', codec: xorAddress },
  'REQUESTED-ADDRESS-FAMILY': { code: 0x0017, rfc: 'RFC 8656 s18.6', codec: addressFamily },
  'EVEN-PORT': { code: 0x0018, rfc: 'RFC 8656 s18.7', codec: evenPort },
  /** IP protocol number: 17 is UDP, 6 is TCP (RFC 6062 s6.1). */
  'REQUESTED-TRANSPORT': { code: 0x0019, rfc: 'RFC 8656 s18.8', codec: protocol },
  'DONT-FRAGMENT': { code: 0x001a, rfc: 'RFC 8656 s18.9', codec: flag },
  'ACCESS-TOKEN': { code: 0x001b, rfc: 'RFC 7635 s6.2', codec: anyBytes },
  /** RFC 8489 s14.6: may be cut to 16 bytes or more, in steps of four. */
  'MESSAGE-INTEGRITY-SHA256': { code: 0x001c, rfc: 'RFC 8489 s14.6', codec: opaque(16, 32, 4) },
  'PASSWORD-ALGORITHM': { code: 0x001d, rfc: 'RFC 8489 s14.12', codec: passwordAlgorithm },
  USERHASH: { code: 0x001e, rfc: 'RFC 8489 s14.4', codec: opaque(32, 32) },
  'XOR-MAPPED-ADDRESS': { code: 0x0020, rfc: 'RFC 8489 s14.2', codec: xorAddress },
  'RESERVATION-TOKEN': { code: 0x0022, rfc: 'RFC 8656 s18.10', codec: opaque(8, 8) },
  PRIORITY: { code: 0x0024, rfc: 'RFC 8445 s16.1', codec: uint32 },
  'USE-CANDIDATE': { code: 0x0025, rfc: 'RFC 8445 s16.1', codec: flag },
  PADDING: { code: 0x0026, rfc: 'RFC 5780 s7.6', codec: anyBytes },
  'RESPONSE-PORT': { code: 0x0027, rfc: 'RFC 5780 s7.5', codec: port },
  'CONNECTION-ID': { code: 0x002a, rfc: 'RFC 6062 s6.2.1', codec: uint32 },
  'ADDITIONAL-ADDRESS-FAMILY': { code: 0x8000, rfc: 'RFC 8656 s18.11', codec: addressFamily },
  'ADDRESS-ERROR-CODE': { code: 0x8001, rfc: 'RFC 8656 s18.12', codec: addressErrorCode },
  'PASSWORD-ALGORITHMS': { code: 0x8002, rfc: 'RFC 8489 s14.11', codec: passwordAlgorithms },
  'ALTERNATE-DOMAIN': { code: 0x8003, rfc: 'RFC 8489 s14.16', codec: text(255) },
  ICMP: { code: 0x8004, rfc: 'RFC 8656 s18.13', codec: icmp },
  SOFTWARE: { code: 0x8022, rfc: 'RFC 8489 s14.14', codec: phrase },
  'ALTERNATE-SERVER': { code: 0x8023, rfc: 'RFC 8489 s14.15', codec: address },
  'TRANSACTION-TRANSMIT-COUNTER': { code: 0x8025, rfc: 'RFC 7982 s3.1', codec: transmitCounter },
  /** Registered without a layout; the drafts had seconds in 32 bits. */
  'CACHE-TIMEOUT': { code: 0x8027, rfc: 'RFC 5780 s9.1', codec: uint32 },
  FINGERPRINT: { code: 0x8028, rfc: 'RFC 8489 s14.7', codec: uint32 },
  'ICE-CONTROLLED': { code: 0x8029, rfc: 'RFC 8445 s16.1', codec: uint64 },
  'ICE-CONTROLLING': { code: 0x802a, rfc: 'RFC 8445 s16.1', codec: uint64 },
  'RESPONSE-ORIGIN': { code: 0x802b, rfc: 'RFC 5780 s7.3', codec: address },
  'OTHER-ADDRESS': { code: 0x802c, rfc: 'RFC 5780 s7.4', codec: address },
  'THIRD-PARTY-AUTHORIZATION': { code: 0x802e, rfc: 'RFC 7635 s6.1', codec: phrase },
  'MOBILITY-TICKET': { code: 0x8030, rfc: 'RFC 8016 s3.1', codec: anyBytes },
  /** Ours, unregistered: bytes without meaning, which make a request large and its answer not (PADDING asks for both). */
  FILLER: { code: 0xd1a0, rfc: 'docs/path-mtu.md', codec: anyBytes },
  /** Ours, unregistered: see connect-back.ts. Which of its addresses the server shall connect from. */
  'CONNECT-BACK': { code: 0xd1a1, rfc: 'docs/tcp-filtering.md', codec: changeRequest },
  'CONNECT-BACK-RESULT': { code: 0xd1a2, rfc: 'docs/tcp-filtering.md', codec: uint32 },
  'ALTERNATE-DELAY': { code: 0xd1a3, rfc: 'docs/linked-servers.md', codec: uint32 },
} as const satisfies Record<string, AttributeRow>;

type Table = typeof attributeTable;
export type AttributeName = keyof Table;

/** Name → type of the decoded value. */
export type AttributeValues = {
  readonly [N in AttributeName]: Table[N]['codec'] extends ValueCodec<infer T> ? T : never;
};

export type KnownAttribute = {
  [N in AttributeName]: { readonly name: N; readonly value: AttributeValues[N] };
}[AttributeName];

/** What the table does not know (`unknown`) or could not read (`malformed`, with the problem). Bytes as received. */
export interface OpaqueAttribute {
  readonly name: 'unknown' | 'malformed';
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

export type Attribute = KnownAttribute | OpaqueAttribute;

/** A row with its name, as the codec looks it up. */
export interface NamedRow extends AttributeRow {
  readonly name: AttributeName;
}

const rows: readonly NamedRow[] = Object.entries(attributeTable).map(([name, row]) => ({
  name: name as AttributeName,
  code: row.code,
  rfc: row.rfc,
  codec: row.codec,
}));

export const attributeRows: readonly NamedRow[] = rows;
export const rowByName: ReadonlyMap<string, NamedRow> = new Map(rows.map((row) => [row.name, row]));

// All registered codes but a few vendors' lie in 0x0000–0x00ff and 0x8000–0x80ff: an index of 512 finds them.
const rowIndex: (NamedRow | undefined)[] = new Array(512).fill(undefined);
for (const row of rows) rowIndex[indexOf(row.code)] = row;

function indexOf(code: number): number {
  return (code & 0xff) | ((code & 0x8000) >>> 7);
}

/** Undefined for a code that the table does not have. */
export function rowOfCode(code: number): NamedRow | undefined {
  const row = rowIndex[indexOf(code)];
  return row?.code === code ? row : undefined;
}

/** RFC 8489 s14: a receiver that does not know an attribute below 0x8000 must refuse the request with 420. */
export function isComprehensionRequired(code: number): boolean {
  return code < 0x8000;
}

export function isOpaque(attribute: Attribute): attribute is OpaqueAttribute {
  return attribute.name === 'unknown' || attribute.name === 'malformed';
}
