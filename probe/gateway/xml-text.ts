/**
 * Reads single elements out of what home routers call XML: often with wrong prefixes, unclosed elements or text around
 * it, which a real parser would refuse. Time is linear in the length, whatever the text.
 */

/** One tag, without its prefix. No part of it can match across a `<`, so nothing is looked at twice. */
const tag = /<(\/?)(?:[\w.-]{1,32}:)?([\w.-]{1,64})(?:\s[^<>]*?)?(\/?)>/g;

/**
 * Everything between the tags of each element of that local name, in order; nothing is in one that is its own end.
 * Elements of one name do not nest.
 */
export function elementContents(xml: string, name: string): string[] {
  const contents: string[] = [];
  let openedAt: number | null = null;
  for (const found of xml.matchAll(tag)) {
    if (found[2] !== name) continue;
    if (found[1] === '' && found[3] === '/') contents.push('');
    else if (found[1] === '') openedAt = found.index + found[0].length;
    else if (openedAt !== null) {
      contents.push(xml.slice(openedAt, found.index));
      openedAt = null;
    }
  }
  return contents;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the first element of that name; null: there is none. */
export function elementText(xml: string, name: string): string | null {
  const [content] = elementContents(xml, name);
  if (content === undefined) return null;
  return content.trim().replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? '');
}
