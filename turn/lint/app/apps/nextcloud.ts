/**
 * Nextcloud Talk keeps its TURN servers in the database, not in config.php: `occ config:app:get spreed turn_servers`
 * gives a JSON list, `occ config:list spreed --private` the same list as text in a larger object.
 */
import { type AppFacts, appUri, nothingSaid } from '../app-facts.ts';
import { at, itemsOf, type Text, type Tree, textOf, treeOf } from '../tree.ts';

export function nextcloudFacts(tree: Tree): AppFacts | null {
  const servers =
    tree.kind === 'list' ? tree : listInside(textOf(at(tree, 'apps', 'spreed', 'turn_servers')));
  const first = itemsOf(servers)[0];
  if (at(first, 'server') === undefined) return null;
  return {
    ...nothingSaid,
    app: 'Nextcloud Talk',
    secrets: itemsOf(servers)
      .map((item) => textOf(at(item, 'secret')))
      .filter((text) => text !== undefined),
    uris: itemsOf(servers).flatMap(urisOf),
  };
}

function listInside(text: Text | undefined): Tree | undefined {
  if (text === undefined) return undefined;
  try {
    return treeOf(JSON.parse(text.text), { line: text.line, column: text.column });
  } catch {
    return undefined;
  }
}

/** `schemes` and `protocols` are lists with commas; each pair is a URI, as Talk hands them to browsers. */
function urisOf(item: Tree) {
  const server = textOf(at(item, 'server'));
  if (server === undefined) return [];
  const { line, column } = server;
  const parts = (key: string, fallback: string) =>
    (textOf(at(item, key))?.text ?? fallback).split(',').map((part) => part.trim());
  return parts('schemes', 'turn').flatMap((scheme) =>
    parts('protocols', 'udp,tcp')
      // TLS runs over TCP; `turns` with UDP would be DTLS, which browsers leave out.
      .filter((protocol) => scheme !== 'turns' || protocol === 'tcp')
      .map((protocol) => appUri({ text: `${scheme}:${server.text}?transport=${protocol}`, line, column })),
  );
}
