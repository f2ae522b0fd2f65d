import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { serveConfigSchema } from '../../contract/config.ts';
import { envelopeKinds } from '../../contract/envelope.ts';
import { schemaDocuments } from '../../contract/schema/documents.ts';
import { filesUnder, readText } from './source-tree.ts';

const documents = schemaDocuments();
const published = filesUnder('contract/schema').filter((path) => path.endsWith('.json'));

describe('published JSON Schemas', () => {
  it('there is one for every kind of report', () => {
    const names = documents.map(({ fileName }) => fileName);
    expect(names).toEqual(expect.arrayContaining(envelopeKinds.map((kind) => `${kind}.v1.json`)));
  });

  it.each(documents)('$fileName is what the build makes (npm run build:schema)', ({ fileName, text }) => {
    expect(readText(`contract/schema/${fileName}`)).toBe(text);
  });

  it('nothing else lies among them', () => {
    expect(published).toEqual(documents.map(({ fileName }) => `contract/schema/${fileName}`).sort());
  });

  it('say the same as the schemas that the program parses with', () => {
    const text = documents.find(({ fileName }) => fileName === 'serve-config.json')?.text ?? '{}';
    const published = z.fromJSONSchema(JSON.parse(text));
    const samples = [
      {},
      { port: 8080, stun: { enabled: false } },
      { port: 70_000 },
      { unknownKey: 1 },
      { servers: [{ label: 'a', urls: ['stun:stun.example.org'] }] },
      { servers: [{ label: 'a', urls: ['http://stun.example.org'] }] },
    ];
    for (const sample of samples) {
      expect(published.safeParse(sample).success, JSON.stringify(sample)).toBe(
        serveConfigSchema.safeParse(sample).success,
      );
    }
  });
});
