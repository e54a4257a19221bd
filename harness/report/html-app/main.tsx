import { render } from 'preact';
import { App } from './app.tsx';
import { readHead } from './data/read-page.ts';
import { Report } from './data/report.ts';
import { openFoldsForPrint } from './open-folds.ts';
import './style.css';
import './print.css';

openFoldsForPrint();

const place = document.getElementById('app')!;

try {
  render(<App report={new Report(await readHead())} />, place);
} catch (error) {
  const words = error instanceof Error ? error.message : String(error);
  const old =
    'DecompressionStream' in window
      ? ''
      : ' It needs a browser of 2023 or later (Chrome 111, Firefox 113, Safari 16.4).';
  place.textContent = `This report could not be opened: ${words}${old} summary.md beside it says what was found.`;
}
