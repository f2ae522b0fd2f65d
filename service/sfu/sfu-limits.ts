/** Bounds of the SFU. Everything that a member can make it keep or send is limited here. */

/** Publishers in one room. */
export const maxPublishers = 32;
/** Links of one room, publishing and viewing ones together. */
export const maxLinks = 1024;
/** Viewers of one WHIP stream. */
export const maxViewers = 200;
/** Candidates used per link, those in the description included. */
export const maxLinkCandidates = 48;
/** A link that is not connected after this is given up. */
export const connectDeadlineMs = 15_000;

/** Bounds of the bitrate that a publisher’s video is asked for, in bit/s. */
export const bitrateBounds = { floorBps: 150_000, ceilingBps: 2_000_000 };
