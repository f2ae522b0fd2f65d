/** The report as one file for people: no scripts, nothing loaded from anywhere, light and dark. */
import type { TurnCheck, TurnReport } from '../../../contract/turn-report.ts';
import { formatEndpoint } from '../../../stun/endpoint.ts';
import { escapeMarkup } from './markup.ts';

const marks: Readonly<Record<TurnCheck['status'], string>> = {
  failed: '✖ failed',
  warned: '▲ warned',
  skipped: '? skipped',
  passed: '✔ passed',
};

const style = `
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c; --dim: #666; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --warn: #ffc766; --good: #7bd49b; --dim: #aaa; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; overflow-wrap: anywhere; }
section { margin: 2rem 0; }
article { border-left: 4px solid var(--line); margin: 1rem 0; padding: 0.25rem 0 0.25rem 1rem; }
article h3 { font-size: 1rem; margin: 0; }
.failed { border-color: var(--bad); } .warned { border-color: var(--warn); }
.failed .mark, td.failed { color: var(--bad); } .warned .mark, td.warned { color: var(--warn); }
td.passed { color: var(--good); } td.skipped, .dim { color: var(--dim); }
dl { display: grid; grid-template-columns: 5rem 1fr; margin: 0.25rem 0; } dt { color: var(--dim); } dd { margin: 0; }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; font: 0.9em ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
`;

function fault({ id, title, status, severity, observed, expected, rfc, fix }: TurnCheck): string {
  const wanted = `${expected}${rfc === null ? '' : ` (${rfc})`}`;
  return `<article class="${status}"><h3><span class="mark">${marks[status]}</span> · ${id} · ${severity} · ${escapeMarkup(title)}</h3>
<dl><dt>seen</dt><dd>${escapeMarkup(observed)}</dd><dt>wanted</dt><dd>${escapeMarkup(wanted)}</dd>${
    fix === null ? '' : `<dt>fix</dt><dd><pre>${escapeMarkup(fix)}</pre></dd>`
  }</dl></article>`;
}

function row({ id, title, status, observed }: TurnCheck): string {
  return `<tr><th scope="row">${id}</th><td>${escapeMarkup(title)}</td><td class="${status}">${marks[status]}</td><td>${escapeMarkup(observed)}</td></tr>`;
}

export function turnHtml({ body, tool, at }: TurnReport): string {
  const { target, server, counts, checks, explained, packets, unreachable } = body;
  const faults = checks.filter(({ status }) => status === 'failed' || status === 'warned');
  const byId = [...checks].sort((a, b) => a.id.localeCompare(b.id));
  const where =
    target.endpoint === null ? '' : ` at ${formatEndpoint(target.endpoint)} over ${target.transport}`;
  const summary = `${counts.failed} failed, ${counts.warned} warned, ${counts.passed} passed, ${counts.skipped} skipped`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeMarkup(target.uri)}: ${summary}</title><style>${style}</style></head><body>
<header><h1>${escapeMarkup(target.uri)}</h1><p class="dim">${escapeMarkup(`${at}${where}; ${packets.sent} packets sent, ${packets.received} received. ${tool.name} ${tool.version}`)}</p>
<p><strong>${unreachable === null ? summary : escapeMarkup(`${unreachable.message} ${unreachable.next}`)}</strong></p></header>
<section><h2>What to mend, worst first</h2>${faults.length === 0 ? '<p>Nothing.</p>' : faults.map(fault).join('\n')}</section>
<section><h2>The server</h2><ul>${server.reasons.map((reason) => `<li>${escapeMarkup(reason)}</li>`).join('')}${server.advisories
    .map(({ id, title, evidence }) => `<li>${escapeMarkup(`${id}: ${title} (${evidence})`)}</li>`)
    .join('')}</ul>${explained.map((line) => `<p>${escapeMarkup(line)}</p>`).join('')}</section>
<section><h2>All checks</h2><table><thead><tr><th scope="col">id</th><th scope="col">check</th><th scope="col">result</th><th scope="col">seen</th></tr></thead><tbody>
${byId.map(row).join('\n')}
</tbody></table></section></body></html>
`;
}
