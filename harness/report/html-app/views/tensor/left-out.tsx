import { Copyable } from '../../parts/copy-button.tsx';

/** The page would have become too large with it. */
export function LeftOut({ command }: { readonly command?: string | undefined }) {
  return (
    <div class="left-out">
      <p>
        The numbers were left out of this file to keep it small; they are in divergence.csv and
        comparisons.json beside it.
      </p>
      {command === undefined ? undefined : <Copyable text={command} />}
    </div>
  );
}
