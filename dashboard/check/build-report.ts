/** The finished check as a visit-report envelope, in English: whoever reads it is not the visitor. Pure. */
import type { VisitReport } from '../../contract/envelope.ts';
import { noteText } from './notes.ts';
import type { CheckState } from './state.ts';
import { putIntoWords } from './verdict/put-into-words.ts';
import { en } from './words/en.ts';

export interface ReportContext {
  /** ISO time of the start. */
  readonly at: string;
  readonly userAgent: string;
  readonly language: string | null;
  /** Random names of this check and, where the visitor agreed, of the browser. */
  readonly visit: string | null;
  readonly visitor: string | null;
  readonly toolVersion: string;
}

/** Throws when the check has no verdict yet; that is a mistake in the page. */
export function buildReport(state: CheckState, context: ReportContext): VisitReport {
  const { verdict, facts } = state;
  if (verdict === null || facts === null) throw new Error('the check has not been judged');
  return {
    kind: 'visit-report',
    version: 1,
    tool: { name: 'polynya-check', version: context.toolVersion },
    at: context.at,
    body: {
      headline: putIntoWords(verdict, en),
      candidates: state.candidates.slice(0, 500),
      candidateErrors: state.candidateErrors.slice(0, 200),
      attempts: state.attempts.slice(0, 50),
      servers: state.servers.slice(0, 100),
      relays: state.relays.slice(0, 200),
      causes: verdict.causes.map(({ id, urls }) => ({ id, urls: urls.map((url) => url.slice(0, 300)) })),
      ...(facts.ownView.length > 0 && { ownView: facts.ownView.slice(0, 100) }),
      ...(state.nat !== null && { nat: state.nat.result }),
      // Configured URLs only: credentials are never part of an RFC 7065 URI, nor of any field here.
      serverUrls: state.servers.slice(0, 50).map((server) => server.url),
      notes: state.notes.slice(0, 20).map((note) => noteText(note, en).slice(0, 500)),
      run: {
        userAgent: context.userAgent.slice(0, 500),
        language: context.language?.slice(0, 50) ?? null,
        durationMs: state.durationMs,
        // The token of a link opens it: it goes to the service, and into no file that the visitor passes on.
        link: null,
        visitor: context.visitor,
        visit: context.visit,
      },
    },
  };
}
