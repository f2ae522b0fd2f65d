import { toolName, toolVersion } from '../contract/release.ts';

/**
 * What the commands that compare two reports print with `--json`.
 *
 * @param more what differs, in the words of the kind
 */
export function diffDocument(
  kind: string,
  { before, after }: { readonly before: object; readonly after: object },
  same: boolean,
  more: object,
): string {
  const tool = { name: toolName, version: toolVersion };
  return `${JSON.stringify({ kind, version: 1, tool, before, after, same, ...more }, null, 2)}\n`;
}
