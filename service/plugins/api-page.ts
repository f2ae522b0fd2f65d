/** A plain page that lists the operations of an OpenAPI document. No scripts, so it needs no exception in the CSP. */
import { z } from 'zod';

/** As much of an OpenAPI document as the page shows. */
const operationSchema = z.object({
  summary: z.string().optional(),
  'x-role': z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
    .optional(),
  requestBody: z.unknown().optional(),
});
const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().optional() }),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

/** @param document OpenAPI 3.1 as `@fastify/swagger` makes it */
export function renderApiPage(document: unknown): string {
  const { info, paths } = documentSchema.parse(document);
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => renderRow(path, method, operation)),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)} API</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid #8885 }
code { white-space: nowrap }
</style>
</head>
<body>
<h1>${escapeHtml(info.title)} API <small>${escapeHtml(info.version)}</small></h1>
<p>${escapeHtml(info.description ?? '')}</p>
<p>Schemas of every request and reply: <a href="/docs/json">OpenAPI document</a>. Every error has the body
<code>{"error": {"code", "blame", "message", "next"}, "field", "requestId"}</code>.</p>
<table>
<thead><tr><th scope="col">Operation</th><th scope="col">What it does</th><th scope="col">Takes</th>
<th scope="col">Who</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

function renderRow(path: string, method: string, operation: z.infer<typeof operationSchema>): string {
  const takes = (operation.parameters ?? []).map(
    (each) => `${each.name}${each.required === true ? '' : '?'}`,
  );
  if (operation.requestBody !== undefined) takes.push('JSON body');
  const who = operation['x-role'];
  return (
    `<tr><td><code>${escapeHtml(`${method.toUpperCase()} ${path}`)}</code></td>` +
    `<td>${escapeHtml(operation.summary ?? '')}</td><td>${escapeHtml(takes.join(', '))}</td><td>${who}</td></tr>`
  );
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
