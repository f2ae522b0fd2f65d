/** Bounds of the SFU. Everything that a member can make it keep or send is limited here. */

/** Rooms with an SFU at the same time; each is a process of about 60 MB. */
export const maxRooms = 64;
/** Publishers in one room. */
export const maxPublishers = 32;
/** Links of one room, publishing and viewing ones together. */
export const maxLinks = 1024;
/** Candidates used per link, those in the description included. */
export const maxLinkCandidates = 48;
/** A link that is not connected after this is given up. */
export const connectDeadlineMs = 15_000;

/** Bounds of the bitrate that a publisher’s video is asked for, in bit/s. */
export const bitrateBounds = { floorBps: 150_000, ceilingBps: 2_000_000 };
