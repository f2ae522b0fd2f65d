/** A browser without a page: cookies by host and path, redirects one by one or up to an address. */
export interface Step {
  readonly url: string;
  readonly status: number;
  /** Where it leads to; null: nowhere. */
  readonly location: string | null;
  readonly text: string;
}

export class Visitor {
  /** Host, path and name to the value. */
  readonly #cookies = new Map<string, { host: string; path: string; name: string; value: string }>();

  async step(url: string): Promise<Step> {
    const reply = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.cookiesFor(url) },
    });
    this.keep(url, reply.headers.getSetCookie());
    const location = reply.headers.get('location');
    return {
      url,
      status: reply.status,
      location: location === null ? null : new URL(location, url).href,
      text: await reply.text(),
    };
  }

  /** Follows redirects; ends before an address that begins like one of these, which is then the `location`. */
  async follow(url: string, ...before: string[]): Promise<Step> {
    let step = await this.step(url);
    while (step.location !== null && !before.some((start) => step.location?.startsWith(start))) {
      step = await this.step(step.location);
    }
    return step;
  }

  /** For requests that something else makes. */
  cookiesFor(url: string): string {
    const { hostname, pathname } = new URL(url);
    return [...this.#cookies.values()]
      .filter(({ host, path }) => host === hostname && pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  keep(url: string, setCookies: readonly string[]): void {
    const { hostname: host } = new URL(url);
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(/; */);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      const path = attributes.find((each) => /^path=/i.test(each))?.slice('path='.length) ?? '/';
      const key = `${host} ${path} ${name}`;
      if (value === '') this.#cookies.delete(key);
      else this.#cookies.set(key, { host, path, name, value });
    }
  }
}
