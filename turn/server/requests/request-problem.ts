import {
  type Attribute,
  attributeTable,
  isComprehensionRequired,
  isOpaque,
} from '../../../stun/attributes.ts';
import { unknownRequired } from '../../../stun/heeded.ts';
import { type Answer, refuse } from '../answer.ts';

/**
 * Known to the codec, not to this server. DONT-FRAGMENT: Node cannot set the DF bit of single datagrams, and RFC 8656
 * s7.2 then wants it treated as unknown. ACCESS-TOKEN: OAuth (RFC 7635) is not offered.
 */
const notServed = new Set<number>([
  attributeTable['DONT-FRAGMENT'].code,
  attributeTable['ACCESS-TOKEN'].code,
]);

/** Required attributes that this server does not understand, each once (RFC 8489 s14.13). */
export function unknownCodes(attributes: readonly Attribute[]): number[] {
  const unserved = attributes.flatMap((attribute) => {
    if (isOpaque(attribute)) return [];
    const { code } = attributeTable[attribute.name];
    return notServed.has(code) ? [code] : [];
  });
  return [...new Set([...unknownRequired(attributes), ...unserved])];
}

/** The answer that any method gives to a request that cannot be understood (RFC 8489 s6.3.1); null: it can. */
export function requestProblem(attributes: readonly Attribute[]): Answer | null {
  const unknown = unknownCodes(attributes);
  if (unknown.length > 0) {
    return refuse(420, undefined, [{ name: 'UNKNOWN-ATTRIBUTES', value: unknown }]);
  }
  const malformed = attributes.flatMap((attribute) =>
    attribute.name === 'malformed' && isComprehensionRequired(attribute.type) ? [attribute.type] : [],
  );
  if (malformed.length === 0) return null;
  // RFC 8656 s7.2: a family that is neither of the two has a code of its own.
  const family = attributeTable['REQUESTED-ADDRESS-FAMILY'].code;
  return malformed.every((code) => code === family) ? refuse(440) : refuse(400, 'Malformed Attribute');
}
