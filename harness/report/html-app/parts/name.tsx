import { shortenEnd, shortenMiddle } from '../../display-width.ts';
import { prose, visible } from '../../escape.ts';

const MOST_TITLE = 1000;

/** A name from the run: isolated from the text around it, shortened in the middle, in full (up to 1000 characters) as its title. */
export function Name({ children, columns = 64 }: { readonly children: string; readonly columns?: number }) {
  const full = visible(children);
  const short = shortenMiddle(full, columns);
  return short === full ? <bdi>{full}</bdi> : <bdi title={titleText(full)}>{short}</bdi>;
}

/** A sentence from the run: a reason, a message. */
export function Prose({ children }: { readonly children: string }) {
  return <bdi>{shortenEnd(prose(children), 600)}</bdi>;
}

/** What a title or an aria-label can bear. */
export function titleText(text: string): string {
  const full = visible(text);
  return full.length <= MOST_TITLE ? full : `${full.slice(0, MOST_TITLE)}… (${full.length} characters)`;
}
