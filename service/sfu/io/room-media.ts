/** All publications and links of one room, in the room’s process. Obeys the service’s orders; never throws. */
import { randomBytes } from 'node:crypto';
import type { MediaKind } from '../media.ts';
import { payloadTypes } from '../media.ts';
import type { LinkPlace, RoomNews, RoomOrder } from '../room-messages.ts';
import type { OfferedMedia } from '../sdp/filter-offer.ts';
import { maxLinks, maxPublishers } from '../sfu-limits.ts';
import { PeerLink } from './peer-link.ts';
import { Publication } from './publication.ts';
import type { SharedPort } from './shared-port.ts';

type LinkOrder = Extract<RoomOrder, { publication: string; link: string }>;

interface OpenLink {
  readonly link: PeerLink;
  readonly publication: Publication;
}

export class RoomMedia {
  readonly #tell: (news: RoomNews) => void;
  readonly #publications = new Map<string, Publication>();
  readonly #links = new Map<string, OpenLink>();

  constructor(tell: (news: RoomNews) => void) {
    this.#tell = tell;
  }

  obey(order: RoomOrder): void {
    switch (order.type) {
      case 'answer':
        this.#links.get(order.link)?.link.accept(order.sdp);
        break;
      case 'candidate':
        this.#links.get(order.link)?.link.addCandidate(order.candidate, order.mid);
        break;
      case 'close':
        this.#close(order.link);
        break;
      case 'retire':
        this.#retire(order.publication);
        break;
      case 'report':
        this.#report();
        break;
      default:
        this.#open(order);
    }
  }

  #open(order: LinkOrder): void {
    this.#close(order.link);
    const publication = this.#publication(order.publication);
    if (publication === null || this.#links.size >= maxLinks) {
      this.#tell({ type: 'refused', link: order.link, problem: 'the room is full' });
      return;
    }
    try {
      if (order.type === 'publish' || order.type === 'publish-offered')
        this.#openPublisher(order, publication);
      else this.#openViewer(order, publication);
    } catch (error) {
      // The library refuses a description, or has no socket left.
      this.#close(order.link);
      const problem = error instanceof Error ? error.message : 'the link could not be opened';
      this.#tell({ type: 'refused', link: order.link, problem: problem.slice(0, 300) });
    }
  }

  #openPublisher(order: LinkOrder, publication: Publication): void {
    const types = order.type === 'publish-offered' ? typesOf(order.media) : undefined;
    const link = this.#link(order, publication, null, {
      onOpen: (self) => publication.publisherOpen(self, types),
      // A link that a newer one has replaced must not mix its packets in.
      onPacket: (self, media, bytes) => {
        if (publication.publisher === self) publication.onPacket({ kind: 'publisher-packet', media, bytes });
      },
    });
    if (order.type === 'publish-offered') link.answer(order.sdp, order.media, null);
    else link.offerToReceive();
  }

  #openViewer(order: LinkOrder, publication: Publication): void {
    const types = order.type === 'view-offered' ? typesOf(order.media) : undefined;
    const link = this.#link(order, publication, publication.viewersPort, {
      onOpen: (viewer) => publication.viewerOpen(viewer, types),
      onPacket: (viewer, media, bytes) =>
        publication.onPacket({ kind: 'viewer-packet', viewer, media, bytes }),
    });
    if (order.type === 'view-offered') link.answer(order.sdp, order.media, publication.stream);
    else link.offerToSend(publication.stream);
  }

  #link(
    order: LinkPlace & { readonly link: string },
    publication: Publication,
    port: SharedPort | null,
    on: {
      readonly onOpen: (link: PeerLink) => void;
      readonly onPacket: (link: PeerLink, media: MediaKind, bytes: Uint8Array) => void;
    },
  ): PeerLink {
    const link: PeerLink = new PeerLink(order.link, order, port, {
      tell: this.#tell,
      onOpen: () => on.onOpen(link),
      onPacket: (media, bytes) => on.onPacket(link, media, bytes),
      onGone: () => this.#forget(link),
    });
    this.#links.set(order.link, { link, publication });
    return link;
  }

  #publication(id: string): Publication | null {
    const known = this.#publications.get(id);
    if (known !== undefined) return known;
    if (this.#publications.size >= maxPublishers) return null;
    const publication = new Publication({ id, randomSsrc: () => randomBytes(4).readUInt32BE() });
    this.#publications.set(id, publication);
    return publication;
  }

  #close(id: string): void {
    const open = this.#links.get(id);
    if (open === undefined) return;
    open.link.close();
    this.#forget(open.link);
  }

  #forget(link: PeerLink): void {
    const open = this.#links.get(link.id);
    if (open?.link !== link) return;
    this.#links.delete(link.id);
    open.publication.publisherGone(link);
    open.publication.viewerGone(link);
  }

  #retire(id: string): void {
    const retired = this.#publications.get(id);
    if (retired === undefined) return;
    this.#publications.delete(id);
    retired.close();
    for (const { link, publication } of [...this.#links.values()]) {
      if (publication === retired) this.#close(link.id);
    }
  }

  #report(): void {
    const { user, system } = process.cpuUsage();
    this.#tell({
      type: 'report',
      processorUs: user + system,
      publications: [...this.#publications.values()].map((publication) => publication.report()),
    });
  }
}

function typesOf(media: OfferedMedia): Readonly<Record<MediaKind, number>> {
  return {
    audio: media.audio?.payloadType ?? payloadTypes.audio,
    video: media.video?.payloadType ?? payloadTypes.video,
  };
}
