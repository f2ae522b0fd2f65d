/** Ids of the checklist that no check has, each with the reason. */
export interface NotListed {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

export const notListed: readonly NotListed[] = [
  {
    id: 'A14',
    title: 'Test vectors of RFC 5769 and RFC 8489',
    reason: 'They test our codec, not a server: the test suite does that.',
  },
  {
    id: 'A21',
    title: 'Two shared secrets are valid during a rotation',
    reason:
      'It takes the second secret, which nobody should put into a tool for that; run the check once with each.',
  },
  {
    id: 'L22',
    title: 'An allocation ends with its lifetime',
    reason:
      'The shortest lifetime that a server may grant is ten minutes (RFC 8656 §7.2): longer than a check may take.',
  },
  {
    id: 'L25',
    title: '508 when the relay ports are used up, and the service survives',
    reason: 'It would take the relay away from all users, and as many sockets as the server has ports.',
  },
  {
    id: 'P04',
    title: 'A permission ends after five minutes',
    reason: 'It takes more than five minutes; turn lint finds a permission-lifetime that differs.',
  },
  {
    id: 'P05',
    title: 'A channel ends after ten minutes',
    reason: 'It takes more than ten minutes; turn lint finds a channel-lifetime that differs.',
  },
  {
    id: 'P14',
    title: 'ChannelData without padding over TCP',
    reason: 'That is a duty of clients: the server cannot be blamed for a stream that is out of step.',
  },
  {
    id: 'P18',
    title: 'TTL, DSCP and ECN of relayed packets',
    reason: 'A process without raw sockets does not see these fields.',
  },
  {
    id: 'X21',
    title: 'Incoming TCP connections are judged by the peer rules',
    reason: 'It takes a second host with an address that the rules refuse.',
  },
  {
    id: 'T13',
    title: 'A slow reader does not hold others up',
    reason: 'It takes sustained load: turn load measures it.',
  },
  {
    id: 'C06',
    title: 'An incoming TCP connection needs a permission',
    reason: 'It takes a TCP connection from a second host to the relayed address.',
  },
  {
    id: 'M04',
    title: 'A ticket works for its owner only',
    reason:
      'It takes two users and a server with mobility on; before 4.15 coturn is known not to bind it, and M01 warns.',
  },
  {
    id: 'M05',
    title: 'Moved allocations count against the quota',
    reason: 'As M04; fixed in coturn 4.17, and M01 warns.',
  },
  {
    id: 'F06',
    title: 'Throughput up to the limit',
    reason: 'It is load, not a check: turn load measures it.',
  },
  {
    id: 'F08',
    title: 'An allocation survives idle times of the NAT in front of the client',
    reason: 'That is the client’s NAT, not the server: probe --lifetime measures it.',
  },
  {
    id: 'Z01',
    title: 'Memory for each unauthenticated source',
    reason: 'It takes access to the server’s process.',
  },
  {
    id: 'Z04',
    title: 'Slow and half-open connections by the thousand',
    reason: 'It would take the service away from others, and shows only on the server how much it costs.',
  },
];
