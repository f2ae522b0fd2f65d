/** docs/configuration.md and the schema say the same: every key, no other, and the same default. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serveCommand } from '../../../cli/serve.ts';
import { serveConfigSchema } from '../../../contract/config.ts';
import { serverInputSchema } from '../../../contract/servers.ts';

const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** First two cells of the table under a heading, backticks removed. */
function rowsUnder(heading: string): Map<string, string> {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` \| ([^|]+?) \|/gm)];
  return new Map(rows.map(([, key = '', value = '']) => [key, value.replaceAll('`', '')]));
}

function flatten(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? flatten(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner] as [string, unknown]],
  );
}

describe('docs/configuration.md', () => {
  it('lists every key with its default', () => {
    const documented = rowsUnder('Keys');
    const defaults = flatten(serveConfigSchema.parse({}));
    expect([...documented.keys()].sort()).toEqual(defaults.map(([key]) => key).sort());
    for (const [key, value] of defaults) {
      const said = documented.get(key);
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
        expect([key, said]).toEqual([key, String(value)]);
      } else if (Array.isArray(value) && value.length > 0) {
        expect([key, said]).toEqual([key, value.join(', ')]);
      } else {
        // Null or an empty list: the default is said in words.
        expect([key, said]).toEqual([key, expect.stringMatching(/none|host/)]);
      }
    }
  });

  it('lists every key of a server', () => {
    expect([...rowsUnder('`servers`').keys()].sort()).toEqual(Object.keys(serverInputSchema.shape).sort());
  });

  it('lists every flag', () => {
    const flags = serveCommand().options.map((option) => option.flags.toLowerCase().replace(/[<>]/g, ''));
    const documented = [...rowsUnder('Flags').keys()].map((flag) => flag.toLowerCase());
    expect(documented.sort()).toEqual(flags.sort());
  });
});
