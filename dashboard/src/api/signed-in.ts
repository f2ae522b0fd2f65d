/**
 * Remembers that this browser signed in, so that signing out is offered. It is no proof of anything: the session
 * itself is a cookie that scripts cannot read.
 */
const key = 'polynya-signed-in';

export function rememberSignIn(): void {
  localStorage.setItem(key, 'yes');
}

export function forgetSignIn(): void {
  localStorage.removeItem(key);
}

export function hasSignedIn(): boolean {
  return localStorage.getItem(key) !== null;
}
