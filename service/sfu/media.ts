/** The two media of a room, and the formats that its SFU speaks. */

export type MediaKind = 'audio' | 'video';
export const mediaKinds: readonly MediaKind[] = ['audio', 'video'];

/**
 * One payload type each, fixed by the server, so that no packet needs another byte changed than its SSRC. Both are
 * in the dynamic range (RFC 3551 §6); 96 and 111 are what browsers use too.
 */
export const payloadTypes: Readonly<Record<MediaKind, number>> = { audio: 111, video: 96 };

/** RTP clock in Hz: Opus RFC 7587 §4.1, VP8 RFC 7741 §4.1. */
export const clockRates: Readonly<Record<MediaKind, number>> = { audio: 48_000, video: 90_000 };
