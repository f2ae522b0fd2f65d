/** Which of several nodes takes something on, agreed without a word. Pure. */

/** The one with the highest score, so that a node that comes or goes moves only what is its own. Null: there is none. */
export function chosenNode(what: string, nodes: readonly string[]): string | null {
  let best: { node: string; score: number } | null = null;
  for (const node of nodes) {
    const score = hash(`${what} ${node}`);
    if (best === null || score > best.score || (score === best.score && node > best.node))
      best = { node, score };
  }
  return best?.node ?? null;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
