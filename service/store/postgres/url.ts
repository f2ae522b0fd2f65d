/** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, as libpq and most programs write it. */
export function isPostgresUrl(store: string): boolean {
  return /^postgres(ql)?:\/\//i.test(store);
}

/** What may be said of it: user, host, port and database. Everything else may hold a secret. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'PostgreSQL';
  const { username, host, pathname, searchParams } = new URL(url);
  // A host as parameter is the folder of a Unix socket.
  const place = searchParams.get('host') ?? host;
  return `${username === '' ? '' : `${decodeURIComponent(username)}@`}${place}${pathname}`;
}
