// A name server that knows one name: ipv4only.arpa, as a DNS64 answers for it (RFC 7050 §2.2). Run in a namespace:
//   node dns64.mjs ADDRESS '["2a11:78:64::c000:aa"]'      an empty list: the name has no IPv6 address
import dgram from 'node:dgram';

const [, , address, recordsText] = process.argv;
const records = JSON.parse(recordsText).map(bytesOf);
const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
socket.on('message', (query, from) => {
  const end = query.indexOf(0, 12) + 5;
  const question = query.subarray(12, end);
  const isAaaa = question.readUInt16BE(question.length - 4) === 28;
  const isKnown = question.subarray(0, 15).equals(Buffer.from('\x08ipv4only\x04arpa\x00', 'latin1'));
  const answers = isAaaa && isKnown ? records : [];
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt32BE(0, 8);
  // A pointer to the name in the question, AAAA, IN, 60 s, 16 bytes.
  const prefix = Buffer.from([0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16]);
  const body = answers.flatMap((record) => [prefix, record]);
  socket.send(Buffer.concat([header, question, ...body]), from.port, from.address);
});
socket.bind(53, address, () => console.log('ready'));

function bytesOf(text) {
  const [head = '', tail = ''] = text.split('::');
  const groups = (part) => part.split(':').filter(Boolean);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array(missing).fill('0'), ...groups(tail)];
  return Buffer.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}
