/** Which attributes of a message count, and which of them nobody here understands. */
import { type Attribute, isComprehensionRequired } from './attributes.ts';

/** RFC 8489 s14.5: what stands behind the integrity could have been added by anybody and does not count. */
export function beforeIntegrity(attributes: readonly Attribute[]): readonly Attribute[] {
  const end = attributes.findIndex(
    (a) => a.name === 'MESSAGE-INTEGRITY' || a.name === 'MESSAGE-INTEGRITY-SHA256',
  );
  return end < 0 ? attributes : attributes.slice(0, end);
}

/** Codes that must be understood (RFC 8489 s14: below 0x8000) and are not in the table, as often as they occur. */
export function unknownRequired(attributes: readonly Attribute[]): number[] {
  return attributes.flatMap((attribute) =>
    attribute.name === 'unknown' && isComprehensionRequired(attribute.type) ? [attribute.type] : [],
  );
}
