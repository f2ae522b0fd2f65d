/**
 * A browser as a client of the lab: takes orders from and gives news to the process that has opened this page, one JSON
 * object a message (docs/lab-agents.md). One session at a time.
 */
import { CallStream } from './browser-call.mjs';
import { Session } from './browser-session.mjs';

const socket = new WebSocket(`ws://${location.host}/`);
const tell = (news) => socket.send(JSON.stringify(news));
let session = null;
let call = null;

const orders = {
  open(order) {
    session?.close();
    call = order.call === undefined ? null : new CallStream(order.run, order.call.messagesPerSec, tell);
    session = new Session(order, { tell, call });
  },
  offer: ({ link }) => session?.offer(link),
  description: (order) => session?.describe(order),
  candidate: (order) => session?.add(order),
  restart: () => session?.restart(),
  talk: ({ on }) => call?.talk(on),
  messages: () => call?.tellMessages(),
  close({ run }) {
    call?.talk(false);
    session?.close();
    session = null;
    tell({ news: 'closed', run });
  },
};

// One after the other: a candidate must not overtake the description that it belongs to.
let last = Promise.resolve();
socket.onmessage = ({ data }) => {
  const order = JSON.parse(data);
  last = last
    .then(() => orders[order.order]?.(order))
    .catch((error) => tell({ news: 'ended', run: order.run, outcome: 'fault', detail: String(error) }));
};
socket.onopen = () => {
  const [name, version] = /(Chrome|Firefox)\/[\d.]+/.exec(navigator.userAgent)?.[0].split('/') ?? [
    'browser',
    '',
  ];
  tell({ news: 'ready', agent: `${name === 'Chrome' ? 'Chromium' : name} ${version}` });
};
