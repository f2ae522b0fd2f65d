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
:root { color-scheme: light dark; background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 38rem; margin: 12vh auto; padding: 0 1rem; overflow-wrap: anywhere }
small { opacity: .8 }
</style>
</head>
<body>
<main>
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
