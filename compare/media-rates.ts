/** What one participant’s picture and tone take on the way, as payload of UDP: what browsers count at their pairs. */
import type { CompareMedia } from '../contract/comparison.ts';
import {
  audioPacketsPerSec,
  audioPayloadKbps,
  ipUdpHeaderBytes,
  mixHeaderBytes,
  mixPayloadKbps,
  rtpHeaderBytes,
  srtpTagBytes,
  videoPacketPayloadBytes,
  vp8DescriptorBytes,
} from './constants.ts';

export interface StreamRate {
  readonly kbps: number;
  readonly packetsPerSec: number;
}

export interface MediaRates {
  readonly video: StreamRate;
  readonly audio: StreamRate;
  /** What a mixer sends instead of everybody’s sound. */
  readonly mix: StreamRate;
  readonly framesPerSec: number;
  readonly pixels: number;
}

/** An encoder with enough to do produces what it may; headers come on top. */
export function mediaRates(media: CompareMedia): MediaRates {
  const { widthPx, heightPx, framesPerSec, maxVideoKbps, audio } = media;
  const bytesPerFrame = (maxVideoKbps * 1000) / 8 / framesPerSec;
  const packetsPerFrame = Math.max(1, bytesPerFrame / videoPacketPayloadBytes + 0.5);
  const videoPackets = framesPerSec * packetsPerFrame;
  return {
    video: {
      kbps: maxVideoKbps + kbps(videoPackets, rtpHeaderBytes.video + vp8DescriptorBytes + srtpTagBytes),
      packetsPerSec: videoPackets,
    },
    audio: audio ? sound(audioPayloadKbps, rtpHeaderBytes.audio) : silence,
    mix: audio ? sound(mixPayloadKbps, mixHeaderBytes) : silence,
    framesPerSec,
    pixels: widthPx * heightPx,
  };
}

const silence: StreamRate = { kbps: 0, packetsPerSec: 0 };

function sound(payloadKbps: number, headerBytes: number): StreamRate {
  return {
    kbps: payloadKbps + kbps(audioPacketsPerSec, headerBytes + srtpTagBytes),
    packetsPerSec: audioPacketsPerSec,
  };
}

export function both({ video, audio }: MediaRates): StreamRate {
  return { kbps: video.kbps + audio.kbps, packetsPerSec: video.packetsPerSec + audio.packetsPerSec };
}

/** With the headers of IPv4 and UDP: what a cloud counts. */
export function onTheWire({ kbps: payload, packetsPerSec }: StreamRate): number {
  return payload + kbps(packetsPerSec, ipUdpHeaderBytes);
}

function kbps(packetsPerSec: number, bytes: number): number {
  return (packetsPerSec * bytes * 8) / 1000;
}
