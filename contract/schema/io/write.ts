/** `npm run build:schema`: writes the published JSON Schemas into the folder that is given as argument. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaDocuments } from '../documents.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: write.js FOLDER');
mkdirSync(folder, { recursive: true });
for (const { fileName, text } of schemaDocuments()) writeFileSync(join(folder, fileName), text);
