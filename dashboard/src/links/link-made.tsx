import type { NewLink } from '../../../contract/links.ts';
import { ShownOnce } from '../panels/shown-once.tsx';
import { words } from '../words.ts';

const text = words.linkMade;

/** The only time that the address is shown. */
export function LinkMade({ made: { link, path }, onClose }: { made: NewLink; onClose: () => void }) {
  return (
    <ShownOnce
      title={text.title}
      text={text.text}
      label={text.title}
      value={new URL(path, window.location.href).href}
      copy={text.copy}
      expiresAt={link.expiresAt}
      onClose={onClose}
    />
  );
}
