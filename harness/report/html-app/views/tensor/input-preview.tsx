import type { Preview } from '../../../page-data/page-data.ts';
import { usePreview } from '../../data/report.ts';
import { Name, Prose, titleText } from '../../parts/name.tsx';
import { dataOf } from '../target/data-of.ts';

/** The input of a sample as a person sees it: a picture, a signal, a text. Nothing where the suite names no preview. */
export function InputPreview({ suite, sample }: { readonly suite: number; readonly sample: string }) {
  const data = dataOf(usePreview(suite, sample));
  if (data === undefined) return null;
  if (data.kind === 'image')
    return (
      <img
        class={data.cols <= 64 ? 'pixelated' : ''}
        alt={`input of sample ${titleText(sample)}${reducedWords(data)}`}
        title={reducedWords(data).slice(2)}
        width={data.cols}
        height={data.rows}
        src={data.uri}
      />
    );
  if (data.kind === 'waveform') return <Waveform preview={data} sample={sample} />;
  if (data.kind === 'text')
    return (
      <blockquote class="input-text">
        <Prose>{data.text}</Prose>
      </blockquote>
    );
  return (
    <span class="no-picture">
      no picture: <Name columns={60}>{data.reason}</Name>
    </span>
  );
}

function reducedWords({ reducedFrom }: Extract<Preview, { kind: 'image' }>): string {
  return reducedFrom === undefined ? '' : `, reduced from ${reducedFrom.rows} × ${reducedFrom.cols}`;
}

const WIDTH = 150;
const HEIGHT = 60;

/** Lowest and highest value of each stretch as one shape, zero in the middle. */
function Waveform({
  preview: { low, high, of },
  sample,
}: {
  readonly preview: Extract<Preview, { kind: 'waveform' }>;
  readonly sample: string;
}) {
  const most = Math.max(...high.map(Math.abs), ...low.map(Math.abs)) || 1;
  const x = (at: number) => ((at + 0.5) * WIDTH) / Math.max(1, high.length);
  const y = (value: number) => HEIGHT / 2 - (value / most) * (HEIGHT / 2 - 1);
  const top = high.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  // A signal that stands still for a stretch must still be seen.
  const bottom = low.map((value, at) => `${x(at).toFixed(1)},${(y(value) + 1).toFixed(1)}`).reverse();
  return (
    <svg
      class="waveform"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`input of sample ${titleText(sample)}: a signal of ${of} values`}
    >
      <path class="zero" d={`M0 ${HEIGHT / 2}h${WIDTH}`} />
      <polygon points={[...top, ...bottom].join(' ')} />
    </svg>
  );
}
