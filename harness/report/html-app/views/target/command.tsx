import { Copyable } from '../../parts/copy-button.tsx';

/** What a command does, and the command to copy; nothing where no shell takes its names safely. */
export function Command({ what, line }: { readonly what: string; readonly line: string | undefined }) {
  if (line === undefined) return null;
  return (
    <div class="command-line">
      <p class="small quiet">{what}</p>
      <Copyable text={line} />
    </div>
  );
}
