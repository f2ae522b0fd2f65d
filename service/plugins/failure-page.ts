/** A failure for somebody whose browser went to an address by itself, so that no page of ours can show it. */
import type { FastifyReply } from 'fastify';
import { escapeMarkup } from '../../turn/check/output/markup.ts';
import type { RequestFault } from '../fault.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** People come here: what goes wrong is shown as a page. */
    readonly failurePage?: boolean;
  }
}

export function wantsFailurePage({ request }: FastifyReply): boolean {
  const isForPeople = request.routeOptions.config.failurePage === true;
  return isForPeople && (request.headers.accept ?? '').includes('text/html');
}

/** No script; all that is not ours is escaped. */
export function renderFailurePage({ failure }: RequestFault, requestId: string): string {
  const [message, next, code, id] = [failure.message, failure.next, failure.code, requestId].map(
    escapeMarkup,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not signed in – Polynya</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<style>
/* As the sign-in page of the dashboard, from which people come and to which they go back. */
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --page: #f4f7f8; --surface: #fff; --line: #dbe3e7; --ink: #1b262d; --soft: #54636d; --link: #08627a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12181d; --surface: #181f25; --line: #313d46; --ink: #dfe6ea; --soft: #a2b0b9; --link: #7fcfe0;
  }
}
body { margin: 0; padding: 1rem; background: var(--page); color: var(--ink); overflow-wrap: anywhere }
main {
  max-width: 30rem; margin: 10vh auto; padding: 1.5rem 2rem;
  border: 1px solid var(--line); border-radius: .5rem; background: var(--surface);
}
.brand { display: flex; gap: .6rem; align-items: center; font-weight: 700; font-size: 1.125rem }
h1 { margin: 1rem 0 0; font-size: 1.5rem; line-height: 1.25 }
a { color: var(--link) }
small { color: var(--soft) }
</style>
</head>
<body>
<main>
<div class="brand"><img src="/favicon.svg" width="28" height="28" alt="">Polynya</div>
<h1>Not signed in</h1>
<p>${message}</p>
<p>${next}</p>
<p><a href="/">To the sign-in page</a></p>
<p><small>Code <code>${code}</code>, request <code>${id}</code></small></p>
</main>
</body>
</html>
`;
}
