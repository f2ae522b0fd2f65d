/**
 * `<polynya-check>`: the Check page in a frame of its own, inside a shadow root. The frame keeps the two pages’ styles,
 * scripts and policies apart; it grows with its content and hands the verdict out as an event.
 *
 * Attributes: `service` (default: where the script comes from), `link` (token), `lang`, `auto` (starts by itself).
 * Event: `polynya-check-done`, bubbling, with status, code, causes and sentence as `detail`.
 */
import { words } from '../words/language.ts';
import { readFrameMessage } from './frame-message.ts';

const home = new URL(import.meta.url).origin;
const leastHeight = 320;

export class PolynyaCheck extends HTMLElement {
  #frame: HTMLIFrameElement | null = null;
  readonly #onMessage = ({ source, data }: MessageEvent): void => {
    const message = source === this.#frame?.contentWindow ? readFrameMessage(data) : null;
    if (message === null || this.#frame === null) return;
    this.#frame.height = String(Math.max(leastHeight, message.height));
    if (message.result === undefined) return;
    const options = { detail: message.result, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('polynya-check-done', options));
  };

  connectedCallback(): void {
    const frame = document.createElement('iframe');
    frame.src = this.#address();
    frame.title = words().page.title;
    frame.width = '100%';
    frame.height = String(leastHeight);
    frame.setAttribute('frameborder', '0');
    frame.allow = 'clipboard-write';
    this.#frame = frame;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.replaceChildren(frame);
    window.addEventListener('message', this.#onMessage);
  }

  disconnectedCallback(): void {
    window.removeEventListener('message', this.#onMessage);
    this.#frame?.remove();
    this.#frame = null;
  }

  #address(): string {
    const link = this.getAttribute('link');
    const path = link === null ? '/check' : `/t/${encodeURIComponent(link)}`;
    const url = new URL(path, this.getAttribute('service') ?? home);
    if (this.hasAttribute('auto')) url.searchParams.set('auto', '1');
    const lang = this.getAttribute('lang');
    if (lang !== null) url.searchParams.set('lang', lang);
    return url.href;
  }
}
