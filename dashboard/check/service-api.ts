/** The three requests that the page makes. Each has a deadline; none sends anything to a third party. */
import type { CheckConfig } from '../../contract/api.ts';
import type { Envelope } from '../../contract/envelope.ts';
import { DeadlineError } from './deadline.ts';

const requestDeadlineMs = 5_000;

/** Rejects with an Error whose message can be shown. */
export async function fetchConfig(): Promise<CheckConfig> {
  const { status, body } = await request('/api/check');
  if (status !== 200 || !isConfig(body)) throw new Error(`the service answered with status ${status}`);
  return body;
}

export interface PageInfo {
  /** Release of the service, which is the page’s too: one build makes both. */
  readonly version: string;
  /** The visitor is an administrator, so a link into the dashboard makes sense. */
  readonly admin: boolean;
}

/** Never rejects. */
export async function fetchInfo(): Promise<PageInfo> {
  try {
    const { body } = await request('/api/info');
    if (typeof body === 'object' && body !== null && 'version' in body && 'admin' in body) {
      return { version: String(body.version).slice(0, 64), admin: body.admin === true };
    }
  } catch {
    // The check itself will find out what is wrong with the service.
  }
  return { version: 'unknown', admin: false };
}

export type PostResult =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: string; readonly retry: boolean };

/** One try to store a report. Never rejects. */
export async function postReport(report: Envelope): Promise<PostResult> {
  try {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await request('/api/reports', {
      method: 'POST',
      headers,
      body: JSON.stringify(report),
    });
    if (status < 300 && typeof body === 'object' && body !== null && 'id' in body) {
      return { ok: true, id: String(body.id) };
    }
    return { ok: false, reason: `status ${status}`, retry: status === 429 || status >= 500 };
  } catch (error) {
    const reason = error instanceof DeadlineError ? 'no answer in time' : 'the service cannot be reached';
    return { ok: false, reason, retry: true };
  }
}

async function request(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new DeadlineError(path, requestDeadlineMs)), requestDeadlineMs);
  try {
    const response = await fetch(path, { ...init, signal: abort.signal, cache: 'no-store' });
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
  const known = ['echoPath', 'natPath', 'hasRelay'].every((name) => name in body);
  return known && 'iceServers' in body && Array.isArray(body.iceServers);
}
