import { useState } from 'preact/hooks';

/** A command or a block of text with a button that copies it. */
export function Copyable({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    // A page that was opened from disk may be refused the clipboard: the text is there to be selected.
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Select it and copy by hand'),
    );
  return (
    <div class="copyable">
      <pre>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        <code tabIndex={0}>{text}</code>
      </pre>
      <button type="button" class="small" onClick={copy}>
        {label}
      </button>
      <span class="quiet small" role="status">
        {said}
      </span>
    </div>
  );
}
