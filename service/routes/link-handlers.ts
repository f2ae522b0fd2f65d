/** Handlers of links, of what their visitors ask for, and of the codes that visitors read out. */
import { readCode } from '../../contract/report-code.ts';
import { fault } from '../fault.ts';
import type { LinkDesk } from '../links/link-desk.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { OwnViewDesk } from '../servers/own-view.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface LinkParts {
  readonly links: LinkDesk;
  readonly live: LiveHub;
  readonly store: Store;
  readonly ownView: OwnViewDesk;
  /** The sockets of the Check page. */
  readonly checkPaths: { readonly echoPath: string; readonly natPath: string | null };
}

type LinkHandlers = Pick<
  Handlers,
  | 'listLinks'
  | 'createLink'
  | 'revokeLink'
  | 'visitorLink'
  | 'linkCheckConfig'
  | 'visitProgress'
  | 'findReport'
>;

export function buildLinkHandlers({ links, live, store, ownView, checkPaths }: LinkParts): LinkHandlers {
  return {
    listLinks: async () => ({ links: await links.list() }),

    createLink: ({ body, request }) => links.create(body, reachedBy(request)),

    revokeLink: ({ params }) => links.revoke(params.id),

    visitorLink: ({ params }) => links.forVisitor(params.token),

    linkCheckConfig: async ({ params, request }) => {
      const given = await links.iceServers(params.token, reachedBy(request));
      return { ...given, ...checkPaths, addresses: await ownView.addresses(given.iceServers) };
    },

    visitProgress: async ({ params, body }) => {
      const { id } = await links.open(params.token);
      const { visit, ...step } = body;
      live.broadcast({ type: 'visit-progress', link: id, visit, step });
      return { visit };
    },

    findReport: async ({ query }) => {
      const code = readCode(query.code);
      const id = code === null ? null : await store.runOfCode(code);
      if (id === null) throw fault('not-found', `report ${query.code}`, 'code');
      return { id };
    },
  };
}
