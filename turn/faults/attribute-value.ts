/** Attributes as people write them in a rule. */
import {
  type Attribute,
  type AttributeName,
  type AttributeValues,
  type KnownAttribute,
  rowByName,
} from '../../stun/attributes.ts';
import { parseEndpointPattern } from './endpoint-pattern.ts';

export type ReadAttribute =
  | { readonly ok: true; readonly attribute: Attribute }
  | { readonly ok: false; readonly problem: string };

/** An address is `192.0.2.1:3478`, bytes are hexadecimal, password algorithms a list of ids; the rest as it is. */
export function readAttributeValue(name: string, written: unknown): ReadAttribute {
  const row = rowByName.get(name);
  if (row === undefined) return { ok: false, problem: `there is no attribute ${name}` };
  const value = convert(row.codec.kind, written);
  if (value === null)
    return { ok: false, problem: `no value for ${name}: ${expected[row.codec.kind] ?? 'unsupported'}` };
  // The row's codec judges what the conversion cannot: it throws RangeError for what it cannot hold.
  try {
    row.codec.write(value, new Uint8Array(1024), 20);
  } catch (error) {
    return { ok: false, problem: `${name}: ${error instanceof Error ? error.message : 'unfit'}` };
  }
  return { ok: true, attribute: { name: row.name, value } as KnownAttribute };
}

export function attributeNameOf(name: string): AttributeName | null {
  return rowByName.get(name)?.name ?? null;
}

type Kind = NonNullable<ReturnType<typeof rowByName.get>>['codec']['kind'];

const expected: Partial<Record<Kind, string>> = {
  address: 'ADDRESS:PORT is needed',
  'xor-address': 'ADDRESS:PORT is needed',
  text: 'a text is needed',
  bytes: 'hexadecimal bytes are needed',
  uint16: 'a number is needed',
  uint32: 'a number is needed',
  protocol: 'a number is needed',
  flag: 'true is needed',
  'uint16-list': 'a list of numbers is needed',
  'error-code': '{code, reason} is needed',
  'address-error-code': '{family, code, reason} is needed',
  'address-family': 'ipv4 or ipv6 is needed',
  'password-algorithms': 'a list of ids is needed',
  icmp: '{type, code} is needed',
};

function convert(kind: Kind, written: unknown): AttributeValues[AttributeName] | null {
  switch (kind) {
    case 'address':
    case 'xor-address': {
      const endpoint = typeof written === 'string' ? parseEndpointPattern(written) : null;
      return endpoint?.port == null ? null : { address: endpoint.address, port: endpoint.port };
    }
    case 'text':
      return typeof written === 'string' ? written : null;
    case 'bytes':
      return typeof written === 'string' ? fromHex(written) : null;
    case 'uint16':
    case 'uint32':
    case 'protocol':
      return typeof written === 'number' ? written : null;
    case 'flag':
      return written === true ? true : null;
    case 'uint16-list':
      return numbers(written);
    case 'address-family':
      return written === 'ipv4' || written === 'ipv6' ? written : null;
    case 'password-algorithms':
      return numbers(written)?.map((id) => ({ id, parameters: new Uint8Array(0) })) ?? null;
    case 'error-code':
    case 'address-error-code':
    case 'icmp':
      return fields(kind, written);
    default:
      return null;
  }
}

function fields(
  kind: 'error-code' | 'address-error-code' | 'icmp',
  written: unknown,
): AttributeValues['ERROR-CODE' | 'ADDRESS-ERROR-CODE' | 'ICMP'] | null {
  if (typeof written !== 'object' || written === null) return null;
  const get = (key: string): unknown => Reflect.get(written, key);
  const code = get('code');
  if (typeof code !== 'number') return null;
  if (kind === 'icmp') {
    const type = get('type');
    return typeof type === 'number' ? { type, code, data: 0 } : null;
  }
  const reason = get('reason') ?? '';
  if (typeof reason !== 'string') return null;
  if (kind === 'error-code') return { code, reason };
  const family = get('family');
  return family === 'ipv4' || family === 'ipv6' ? { family, code, reason } : null;
}

function numbers(written: unknown): number[] | null {
  return Array.isArray(written) && written.every((item) => typeof item === 'number') ? written : null;
}

/** Null: no hexadecimal. */
export function fromHex(text: string): Uint8Array | null {
  if (!/^([0-9a-f]{2})*$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
