/** Handlers of links, of what their visitors ask for, and of the codes that visitors read out. */
import { readCode } from '../../contract/report-code.ts';
import { fault } from '../fault.ts';
import { GuessLimit, type GuessLimits } from '../guess-limit.ts';
import type { LinkDesk } from '../links/link-desk.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { ScopeOf } from '../projects/scope.ts';
import type { OwnViewDesk } from '../servers/own-view.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface LinkParts {
  readonly links: LinkDesk;
  readonly live: LiveHub;
  readonly store: Store;
  readonly ownView: OwnViewDesk;
  readonly now: () => Date;
  readonly scopeOf: ScopeOf;
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
  | 'deleteOwnReport'
>;

export function buildLinkHandlers({
  links,
  live,
  store,
  ownView,
  now,
  scopeOf,
  checkPaths,
}: LinkParts): LinkHandlers {
  const guesses = new GuessLimit(codeGuesses);
  return {
    listLinks: async ({ request }) => ({ links: await links.list((await scopeOf(request)).reads) }),

    createLink: async ({ body, request }) =>
      links.create(body, reachedBy(request), (await scopeOf(request)).writes),

    revokeLink: async ({ params, request }) => links.revoke(params.id, (await scopeOf(request)).reads),

    visitorLink: ({ params }) => links.forVisitor(params.token),

    linkCheckConfig: async ({ params, request }) => {
      const given = await links.iceServers(params.token, reachedBy(request));
      return { ...given, ...checkPaths, addresses: await ownView.addresses(given.iceServers) };
    },

    visitProgress: async ({ params, body }) => {
      const { id, project } = await links.open(params.token);
      const { visit, ...step } = body;
      live.broadcast({ type: 'visit-progress', link: id, visit, step }, project);
      return { visit };
    },

    findReport: async ({ query, request }) => {
      const code = readCode(query.code);
      const id = code === null ? null : await store.runOfCode(code, (await scopeOf(request)).reads);
      if (id === null) throw fault('not-found', `report ${query.code}`, 'code');
      return { id };
    },

    deleteOwnReport: async ({ params, request }) => {
      const guess = guesses.begin(request.ip, now().getTime());
      if ('waitSec' in guess) {
        throw fault('rate-limited', 'too many wrong codes', null, guess.waitSec);
      }
      const code = readCode(params.code);
      const run = await deleteByCode(code).catch((error: unknown) => {
        guesses.takeBack(guess);
        throw error;
      });
      if (code === null || run === null) throw fault('not-found', 'no report has this code', 'code');
      guesses.takeBack(guess);
      request.log.info({ run }, 'a report was deleted by its code');
      return { code };
    },
  };

  async function deleteByCode(code: string | null): Promise<string | null> {
    const run = code === null ? null : await store.runOfCode(code);
    return run !== null && (await store.deleteRun(run)) ? run : null;
  }
}

/**
 * A code is one of 113 million: where 100,000 reports are kept, a hundred wrong ones an hour find one in eleven hours, and
 * the log says so.
 */
const codeGuesses: GuessLimits = { perSource: 10, inAll: 100, windowMs: 3_600_000 };
