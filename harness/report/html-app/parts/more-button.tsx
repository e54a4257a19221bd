/** Shows the next of a long list; says how many there are. */
export function MoreButton({
  shown,
  of,
  page,
  onMore,
}: {
  readonly shown: number;
  readonly of: number;
  readonly page: number;
  readonly onMore: (shown: number) => void;
}) {
  if (shown >= of) return null;
  return (
    <p class="more-line">
      <button type="button" class="small" onClick={() => onMore(shown + page)}>
        Show {Math.min(page, of - shown)} more
      </button>{' '}
      <span class="quiet small">
        {shown} of {of} shown
      </span>
    </p>
  );
}
