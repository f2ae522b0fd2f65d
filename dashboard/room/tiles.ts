/** One tile per member whose picture comes, and one’s own. */
import { byId, element } from '../check/dom.ts';
import { roomWords } from './room-words.ts';

export class Tiles {
  readonly #tiles = new Map<string, HTMLElement>();

  /** The same stream again changes nothing. */
  show(member: string, name: string, stream: MediaStream): void {
    const isOwn = member === '';
    let tile = this.#tiles.get(member);
    if (tile === undefined) {
      const video = element('video', { playsinline: '', autoplay: '', 'data-member': member });
      video.muted = true;
      tile = element(
        'figure',
        { class: 'tile' },
        video,
        element('figcaption', {}, name, isOwn ? null : soundButton(video)),
      );
      this.#tiles.set(member, tile);
      byId('tiles').append(tile);
    }
    const video = tile.querySelector('video');
    if (video === null || video.srcObject === stream) return;
    video.srcObject = stream;
    const isSoundOnly = stream.getVideoTracks().length === 0;
    tile.classList.toggle('tile-sound', isSoundOnly);
    void play(video, isSoundOnly);
  }

  remove(member: string): void {
    this.#tiles.get(member)?.remove();
    this.#tiles.delete(member);
  }

  clear(): void {
    for (const member of [...this.#tiles.keys()]) this.remove(member);
  }
}

/** Pictures come without sound until it is asked for; who comes to hear a mix wants to hear it. */
async function play(video: HTMLVideoElement, aloud: boolean): Promise<void> {
  try {
    video.muted = !aloud;
    await video.play();
  } catch {
    // A page that plays sound without being asked, after a reload, is stopped by the browser, picture included.
    video.muted = true;
    await video.play().catch(() => undefined);
  }
}

function soundButton(video: HTMLVideoElement): HTMLButtonElement {
  const button = element('button', { type: 'button' }, roomWords.muted);
  button.addEventListener('click', () => {
    video.muted = !video.muted;
  });
  video.addEventListener('volumechange', () => {
    button.textContent = video.muted ? roomWords.muted : roomWords.listening;
  });
  return button;
}
