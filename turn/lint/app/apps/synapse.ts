/** Matrix: `turn_*` of Synapse’s homeserver.yaml, and of `client_api.turn` in Dendrite’s file. */
import { editDistance } from '../../spelling.ts';
import { type AppFacts, appUri } from '../app-facts.ts';
import { at, isTrue, itemsOf, type Text, type Tree, textOf } from '../tree.ts';

const known = [
  'turn_uris',
  'turn_shared_secret',
  'turn_shared_secret_path',
  'turn_username',
  'turn_password',
  'turn_user_lifetime',
  'turn_allow_guests',
];

const unitSec: Readonly<Record<string, number>> = {
  '': 0.001,
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

export function synapseFacts(tree: Tree): AppFacts | null {
  const dendrite = at(tree, 'client_api', 'turn');
  const turn = dendrite ?? tree;
  const keys = turn.kind === 'map' ? turn.entries.filter(({ key }) => /^turn[-_]/i.test(key)) : [];
  if (keys.length === 0) return null;
  const one = (key: string) => textOf(at(turn, key));
  const secret = one('turn_shared_secret');
  const name = one('turn_username');
  const guests = at(turn, 'turn_allow_guests');
  const noGuests = guests?.kind === 'value' && guests.value === false;
  return {
    app: dendrite === undefined ? 'Synapse' : 'Dendrite',
    secrets: secret === undefined ? [] : [secret],
    users: name === undefined ? [] : [{ name, password: one('turn_password')?.text ?? null }],
    uris: itemsOf(at(turn, 'turn_uris')).flatMap((item) => {
      const text = textOf(item);
      return text === undefined ? [] : [appUri(text)];
    }),
    lifetime: lifetimeOf(one('turn_user_lifetime')),
    // Guests exist only where they are let in, and get credentials unless that is turned off.
    guests: isTrue(at(tree, 'allow_guest_access')) && !noGuests ? (guests?.at ?? tree.at) : null,
    misspelt: keys
      .filter(({ key }) => !known.includes(key))
      .flatMap(({ key, at: spot }) => {
        const plain = key.toLowerCase().replaceAll('-', '_');
        const meant = known.find((name) => name === plain || editDistance(name, plain) <= 2);
        return meant === undefined ? [] : [{ key: { text: key, ...spot }, meant }];
      }),
  };
}

/** Synapse reads a bare number as milliseconds. */
function lifetimeOf(text: Text | undefined): AppFacts['lifetime'] {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|[smhdwy]?)$/.exec(text?.text.trim() ?? '');
  const unit = unitSec[match?.[2] ?? ''];
  return text === undefined || match === null || unit === undefined
    ? null
    : { ...text, seconds: Number(match[1]) * unit };
}
