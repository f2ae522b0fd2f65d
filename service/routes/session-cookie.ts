import { sessionSec } from '../access/sessions.ts';
import { sessionCookie } from '../access.ts';

const attributes = 'Path=/; HttpOnly; SameSite=Strict';

export function setCookie(session: string, secure: boolean): string {
  return `${sessionCookie}=${session}; ${attributes}; Max-Age=${sessionSec}${secure ? '; Secure' : ''}`;
}

export function clearCookie(): string {
  return `${sessionCookie}=; ${attributes}; Max-Age=0`;
}
