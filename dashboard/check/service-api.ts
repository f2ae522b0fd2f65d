/** The requests that the page makes. Each has a deadline; none sends anything to a third party. */
import type { CheckConfig, OwnView } from '../../contract/api.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { VisitProgress } from '../../contract/links.ts';
import { DeadlineError } from './deadline.ts';
import type { ServiceAnswer } from './verdict/check-facts.ts';

const requestDeadlineMs = 5_000;

export type ConfigAnswer =
  | { readonly answer: 'reached'; readonly config: CheckConfig }
  | { readonly answer: Exclude<ServiceAnswer, 'reached'> };

/** Of the service, or of a link to it, which chooses its servers. */
function configPathOf(link: string | null): string {
  return link === null ? '/api/check' : `/api/t/${link}/check`;
}

/**
 * @param service address of the service, from which paths are resolved
 * @param link token of the link that the visitor came by; null: none
 */
export async function fetchConfig(service: string, link: string | null): Promise<ConfigAnswer> {
  let reply: Reply;
  try {
    reply = await request(new URL(configPathOf(link), service), { redirect: 'manual' });
  } catch {
    return { answer: 'unreachable' };
  }
  const { status, body } = reply;
  if (status === 200 && isConfig(body)) return { answer: 'reached', config: body };
  if (status === 429) return { answer: 'busy' };
  const isOurs = typeof body === 'object' && body !== null && 'error' in body;
  if (isOurs && link !== null && status < 500) return { answer: 'link-expired' };
  // The service answers with JSON or not at all; whoever sends pages or sends elsewhere is somebody else.
  return { answer: status >= 500 ? 'unreachable' : 'captive-portal' };
}

/** What the service finds at its servers. Never rejects; null: it does not say. */
export async function fetchOwnView(service: string, deadlineMs: number): Promise<OwnView | null> {
  try {
    const { status, body } = await request(new URL('/api/check/servers', service), {}, deadlineMs);
    if (status !== 200 || typeof body !== 'object' || body === null) return null;
    return 'servers' in body && Array.isArray(body.servers) ? (body as OwnView) : null;
  } catch {
    return null;
  }
}

export interface PageInfo {
  /** Release of the service, which is the page’s too: one build makes both. */
  readonly version: string;
  /** The visitor may read runs, so a link into the dashboard makes sense. */
  readonly mayRead: boolean;
}

/** Never rejects. */
export async function fetchInfo(service: string): Promise<PageInfo> {
  try {
    const { body } = await request(new URL('/api/info', service));
    if (typeof body === 'object' && body !== null && 'version' in body && 'role' in body) {
      return { version: String(body.version).slice(0, 64), mayRead: body.role !== null };
    }
  } catch {
    // The check itself will find out what is wrong with the service.
  }
  return { version: 'unknown', mayRead: false };
}

export type PostResult =
  | { readonly ok: true; readonly id: string; readonly code: string | null }
  | { readonly ok: false; readonly reason: string; readonly retry: boolean };

/** One try to store a report. Never rejects. */
export async function postReport(report: Envelope, service: string): Promise<PostResult> {
  try {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await request(new URL('/api/reports', service), {
      method: 'POST',
      headers,
      body: JSON.stringify(report),
    });
    if (status >= 200 && status < 300 && typeof body === 'object' && body !== null && 'id' in body) {
      const code = 'code' in body && typeof body.code === 'string' ? body.code : null;
      return { ok: true, id: String(body.id), code };
    }
    return {
      ok: false,
      reason: `status ${status}${requestIdIn(body)}`,
      retry: status === 429 || status >= 500,
    };
  } catch (error) {
    const reason = error instanceof DeadlineError ? 'no answer in time' : 'the service cannot be reached';
    return { ok: false, reason, retry: true };
  }
}

/** What the service says of a link; null: it did not answer. Never rejects. */
export async function fetchLink(
  token: string,
  service: string,
): Promise<{ status: number; body: unknown } | null> {
  try {
    return await request(new URL(`/api/t/${token}`, service));
  } catch {
    return null;
  }
}

/** Best effort: nothing waits for it, and the report will tell it all. */
export function postProgress(token: string, progress: VisitProgress, service: string): void {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(progress) };
  void request(new URL(`/api/t/${token}/progress`, service), init).catch(() => null);
}

/** By which the service’s log knows the request, for whoever looks there. */
function requestIdIn(body: unknown): string {
  const said = typeof body === 'object' && body !== null && 'requestId' in body;
  return said ? `, request id ${String(body.requestId).slice(0, 100)}` : '';
}

export interface Reply {
  /** 0 for a redirect that was not followed. */
  readonly status: number;
  readonly body: unknown;
}

/** Any request to the service; the caller looks at what came. */
export async function request(
  url: URL,
  init: RequestInit = {},
  deadlineMs = requestDeadlineMs,
): Promise<Reply> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new DeadlineError(url.pathname, deadlineMs)), deadlineMs);
  try {
    const response = await fetch(url, { ...init, signal: abort.signal, cache: 'no-store' });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isConfig(body: unknown): body is CheckConfig {
  if (typeof body !== 'object' || body === null) return false;
  const known = ['echoPath', 'natPath', 'hasRelay', 'addresses'].every((name) => name in body);
  return known && 'iceServers' in body && Array.isArray(body.iceServers);
}
