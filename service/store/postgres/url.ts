/** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, as libpq and most programs write it. */
export function isPostgresUrl(store: string): boolean {
  return /^postgres(ql)?:\/\//i.test(store);
}

/** Null: it is no URL. */
export function postgresUrl(store: string): URL | null {
  // Behind a user the host may be missing (a Unix socket, named by `?host=`), which WHATWG’s URLs do not know.
  const text = store.replace('@/', '@socket/');
  return URL.canParse(text) ? new URL(text) : null;
}

/** What may be said of it: user, host, port and database. Everything else may hold a secret. */
export function placeOf(store: string): string {
  const url = postgresUrl(store);
  if (url === null) return 'PostgreSQL';
  const { username, host, pathname, searchParams } = url;
  const place = searchParams.get('host') ?? host;
  return `${username === '' ? '' : `${decodeURIComponent(username)}@`}${place}${pathname}`;
}
