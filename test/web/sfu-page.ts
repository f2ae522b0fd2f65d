/**
 * A page that answers a media server’s offers with a picture and a tone of its own. The page is plain script in a blank
 * document: what is tested is the media path, not a user interface. Signalling goes through Playwright.
 */
import type { Browser, Page } from 'playwright-core';
import { launchCheckBrowser } from './check-stage.ts';

export function launchMediaBrowser(): Promise<Browser> {
  return launchCheckBrowser({
    args: [
      '--autoplay-policy=no-user-gesture-required',
      // Candidates with addresses, as pages with a granted camera have them.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

/** What a page says about one of its links. */
export type PageSay =
  | { readonly type: 'offer' | 'answer'; readonly link: string; readonly sdp: string }
  | {
      readonly type: 'candidate';
      readonly link: string;
      readonly candidate: string;
      readonly sdpMid: string;
    };

/** Sums over the inbound streams of one link (W3C webrtc-stats §8.2). */
export interface LinkFigures {
  readonly framesDecoded: number;
  readonly audioEnergy: number;
  /** How much sound that energy was measured over. */
  readonly audioSec: number;
  readonly packetsLost: number;
  readonly freezes: number;
}

const script = `
const links = new Map();
const players = [];
const stream = (() => {
  const canvas = document.createElement('canvas');
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext('2d');
  let frame = 0;
  setInterval(() => {
    frame += 1;
    pen.fillStyle = 'hsl(' + (frame * 7) % 360 + ' 80% 50%)';
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = 'black';
    pen.fillText(String(frame), (frame * 3) % 300, 90);
  }, 66);
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const out = sound.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  return new MediaStream([...canvas.captureStream(15).getTracks(), ...out.stream.getTracks()]);
})();

function openLink(link) {
  const connection = new RTCPeerConnection();
  links.set(link, connection);
  // Chromium mixes, and so counts, only sound that something plays.
  connection.ontrack = ({ track }) => {
    const player = new Audio();
    player.srcObject = new MediaStream([track]);
    void player.play().catch(() => {});
    players.push(player);
  };
  connection.onicecandidate = ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== '')
      say({ type: 'candidate', link, candidate: candidate.candidate, sdpMid: candidate.sdpMid });
  };
  return connection;
}
function closeLink(link) {
  links.get(link)?.close();
  links.delete(link);
}
/** Answers an offer; sends its own media where the offer wants to receive. */
async function answer(link, sdp) {
  const connection = links.get(link) ?? openLink(link);
  await connection.setRemoteDescription({ type: 'offer', sdp });
  if (sdp.includes('a=recvonly')) {
    for (const transceiver of connection.getTransceivers()) {
      const track = stream.getTracks().find(({ kind }) => kind === transceiver.receiver.track.kind);
      transceiver.direction = 'sendonly';
      await transceiver.sender.replaceTrack(track);
    }
  }
  const reply = await connection.createAnswer();
  say({ type: 'answer', link, sdp: reply.sdp });
  await connection.setLocalDescription(reply);
}
/** Offers its own media, or asks for some. kinds: what of 'audio' and 'video'. With all candidates when whole. */
async function offer(link, direction, kinds, whole) {
  const connection = links.get(link) ?? openLink(link);
  for (const kind of kinds) {
    const track = stream.getTracks().find((one) => one.kind === kind);
    connection.addTransceiver(direction === 'recvonly' ? kind : track, { direction });
  }
  await connection.setLocalDescription();
  if (whole) while (connection.iceGatheringState !== 'complete')
    await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  return connection.localDescription.sdp;
}
async function accept(link, sdp) {
  await links.get(link).setRemoteDescription({ type: 'answer', sdp });
}
async function addCandidate(link, candidate, sdpMid) {
  await links.get(link)?.addIceCandidate({ candidate, sdpMid });
}
async function figures(link) {
  const sums = { framesDecoded: 0, audioEnergy: 0, audioSec: 0, packetsLost: 0, freezes: 0 };
  // A link that is not open yet has no figures.
  for (const entry of (await links.get(link)?.getStats())?.values() ?? []) {
    if (entry.type !== 'inbound-rtp') continue;
    sums.framesDecoded += entry.framesDecoded ?? 0;
    sums.audioEnergy += entry.totalAudioEnergy ?? 0;
    sums.audioSec += entry.totalSamplesDuration ?? 0;
    sums.packetsLost += entry.packetsLost ?? 0;
    sums.freezes += entry.freezeCount ?? 0;
  }
  return sums;
}
`;

export class MediaPage {
  readonly page: Page;
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  static async open(browser: Browser, onSay: (say: PageSay) => void): Promise<MediaPage> {
    const page = await (await browser.newContext()).newPage();
    const opened = new MediaPage(page);
    await page.exposeFunction('say', onSay);
    await page.addScriptTag({ content: script });
    return opened;
  }

  answer(link: string, sdp: string): Promise<void> {
    return this.page.evaluate(call('answer', link, sdp));
  }
  offer(
    link: string,
    direction: 'sendonly' | 'recvonly' | 'sendrecv',
    kinds: readonly ('audio' | 'video')[],
    whole = false,
  ): Promise<string> {
    return this.page.evaluate(call('offer', link, direction, kinds, whole));
  }
  accept(link: string, sdp: string): Promise<void> {
    return this.page.evaluate(call('accept', link, sdp));
  }
  addCandidate(link: string, candidate: string, sdpMid: string): Promise<void> {
    return this.page.evaluate(call('addCandidate', link, candidate, sdpMid));
  }
  closeLink(link: string): Promise<void> {
    return this.page.evaluate(call('closeLink', link));
  }
  figures(link: string): Promise<LinkFigures> {
    return this.page.evaluate(call('figures', link));
  }

  /** Until half a second adds no sound. */
  async untilSilent(link: string): Promise<void> {
    let before = await this.figures(link);
    await this.until(link, (now) => {
      const isSilent = now.audioSec >= before.audioSec + 0.5 && now.audioEnergy - before.audioEnergy < 1e-6;
      if (now.audioSec >= before.audioSec + 0.5) before = now;
      return isSilent;
    });
  }

  /** Polls the link’s figures until they are good enough; their last state in the error. */
  async until(link: string, holds: (figures: LinkFigures) => boolean): Promise<LinkFigures> {
    const giveUpAtMs = performance.now() + 20_000;
    for (;;) {
      const figures = await this.figures(link);
      if (holds(figures)) return figures;
      if (performance.now() > giveUpAtMs)
        throw new Error(`${link}: ${JSON.stringify(figures)} ${this.problems}`);
      await this.page.waitForTimeout(100);
    }
  }
}

function call(name: string, ...values: readonly unknown[]): string {
  return `${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`;
}
