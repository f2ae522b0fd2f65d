/** Bounds of the echo peer. Everything a stranger can make it keep or send is limited here. */

/** Longest data-channel message that is taken and sent back, in bytes. Also announced in the SDP. */
export const maxMessageBytes = 16_384;
/** Messages echoed per second and session; more are dropped, not queued. */
export const maxEchoesPerSecond = 200;
/** Bytes waiting to be sent on one channel; while more wait, messages are dropped. */
export const maxBufferedBytes = 262_144;
/** Data channels per session; further ones are closed. */
export const maxChannels = 4;
/** Remote candidates used per session, those in the offer included. Each costs a few connectivity checks. */
export const maxRemoteCandidates = 48;
/** Peers of one socket at the same time: each server over each transport and family, and the direct connection. */
export const maxPeersPerSession = 32;
/** Peers of all sockets at the same time, for each session that may be open. */
export const peersPerSession = 8;
/** WebSocket messages of any kind, per session and again per peer. */
export const maxSignalMessages = 200;
/** Bytes of one WebSocket message: the longest SDP and its JSON. */
export const maxSignalBytes = 131_072;
/** A client that opens the socket has this long to say hello. */
export const helloDeadlineMs = 5_000;
