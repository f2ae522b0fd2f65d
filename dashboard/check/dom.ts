/** Builds elements. Text is always text: nothing on this page is ever parsed as HTML. */

export type Child = Node | string | null;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The element with that id; throws when the page lacks it, which a test would see. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

const svg = 'http://www.w3.org/2000/svg';

/** An icon of the page’s sprite; decoration only, the word stands beside it. */
export function icon(name: string): SVGElement {
  const image = document.createElementNS(svg, 'svg');
  image.setAttribute('class', `icon icon-${name}`);
  image.setAttribute('aria-hidden', 'true');
  image.setAttribute('viewBox', '0 0 24 24');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#icon-${name}`);
  image.append(use);
  return image;
}

/**
 * A table that scrolls sideways in its own frame; the frame takes the focus, so that keys can scroll it. The
 * title stands outside, where it is never cut off.
 */
export function table(
  title: HTMLHeadingElement,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const name = title.textContent;
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  const body = rows.map(([first = null, ...others]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      ...others.map((cell, index) => element('td', { 'data-head': heads[index + 1] ?? '' }, cell)),
    ),
  );
  const grid = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  grid.setAttribute('aria-label', name);
  const frame = { class: 'table-frame', role: 'region', tabindex: '0', 'aria-label': name };
  return element('div', { class: 'titled' }, title, element('div', frame, grid));
}
