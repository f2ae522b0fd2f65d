/** What the additional tests say. */
export const enMore = {
  title: 'More tests',
  quality: 'Measure the call quality (6 seconds)',
  devices: 'Try microphone and camera',
  reconnect: 'Try what happens when the network changes',
  unloaded: 'The further tests could not be loaded from the service.',
  running: 'Running …',
  changeNow: 'Connected. Now switch the network (for example from Wi-Fi to mobile) within 45 seconds …',
  gaps: {
    reconnected: (time: string): string => `Calls can go on ${time} after the change.`,
    undisturbed: 'Nothing changed; the connection stayed as it was.',
    lost: 'No new connection came about within 30 seconds.',
  },
  noConnection: 'No connection came about, so nothing could be measured.',
  uses: {
    video: 'Good enough for video calls.',
    audio: 'Good enough for talking; video may stutter.',
    poor: 'Too poor for a good call.',
  },
  paths: { direct: 'Over the direct path.', relay: 'Over the relay.' },
  delay: (rtt: string, jitter: string): string => `${rtt} there and back, jitter ${jitter}.`,
  loss: (percent: number): string => `${percent} % lost on the way there and back.`,
  throughput: (megabit: string, capped: boolean): string =>
    `${capped ? 'At least ' : ''}${megabit} Mbit/s each way${capped ? ' (more is not tried)' : ''}.`,
  kinds: { audio: 'Microphone', video: 'Camera' },
  problems: {
    insecure: 'browsers allow it only on HTTPS pages.',
    denied: 'the browser or the system does not allow it; allow it in the settings of this site.',
    missing: 'none was found.',
    busy: 'it is in use by another program, or cannot be opened.',
    odd: 'it could not be opened.',
  },
  heard: 'something can be heard.',
  silent: 'it is silent; is it muted?',
  dark: 'no picture came.',
  picture: (width: number, height: number): string => `a picture of ${width} × ${height} comes.`,
};
export type MoreWords = typeof enMore;
