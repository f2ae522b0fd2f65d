/** A list of `RTCIceServer` (W3C WebRTC §4.2.3), by itself or as `iceServers` of an object. */
import { type AppFacts, appUri, nothingSaid } from '../app-facts.ts';
import { at, itemsOf, type Tree, textOf } from '../tree.ts';

export function iceServerFacts(tree: Tree): AppFacts | null {
  const list = tree.kind === 'list' ? tree : at(tree, 'iceServers');
  const servers = itemsOf(list).filter((item) => at(item, 'urls') !== undefined);
  if (servers.length === 0) return null;
  return {
    ...nothingSaid,
    app: 'RTCIceServer[]',
    users: servers.flatMap((item) => {
      const name = textOf(at(item, 'username'));
      // EXPIRY:NAME is a time-limited one, made for this moment.
      if (name === undefined || /^\d+:/.test(name.text)) return [];
      return [{ name, password: textOf(at(item, 'credential'))?.text ?? null }];
    }),
    uris: servers.flatMap((item) => {
      const urls = at(item, 'urls');
      return (urls?.kind === 'list' ? urls.items : [urls]).flatMap((url) => {
        const text = textOf(url);
        return text === undefined ? [] : [appUri(text)];
      });
    }),
  };
}
