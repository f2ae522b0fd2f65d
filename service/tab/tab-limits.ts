/** Everything that a stranger can make the NAT test keep or send is limited here, and in `probe/tab/`. */

/** Tests at the same time. */
export const maxTests = 50;
/** Tests at the same time of one address; an office shares one. */
export const maxTestsPerAddress = 10;
/** Tests that one address may begin: so many at once, and so many more each second. */
export const testRate = { burst: 30, perSecond: 0.5, sources: 4_096 } as const;
/** Bytes of the only message that a page sends. */
export const maxHelloBytes = 8_192;
/** A page that opens the socket has this long to send it. */
export const helloDeadlineMs = 5_000;
