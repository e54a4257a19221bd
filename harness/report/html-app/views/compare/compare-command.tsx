import { shellWord } from '../../../escape.ts';
import { useReport } from '../../data/report.ts';
import { Copyable } from '../../parts/copy-button.tsx';
import type { Side, SideName } from './compare-sides.ts';

/** What measures them now. */
export function CompareCommand({ sides }: { readonly sides: Readonly<Record<SideName, Side>> }) {
  const { head } = useReport();
  const words = [head.folder, sides.first.target.target, sides.second.target.target].map(shellWord);
  const [run, between, and] = words;
  return words.includes(undefined) ? (
    <p>
      fleetdiff compare measures them, but their names cannot be written as a command that you could check.
    </p>
  ) : (
    <>
      <p>The run keeps the bytes of both. This command compares them:</p>
      <Copyable text={`fleetdiff compare ${run} --between ${between} --and ${and}`} />
    </>
  );
}
