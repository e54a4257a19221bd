import { useEffect, useState } from 'preact/hooks';
import { type Report, useReport } from '../data/report.ts';
import { type Keeper, NoteStore } from './note-store.ts';

const stores = new WeakMap<Report, NoteStore>();

/** The notes on the run that the page shows; the component is drawn again when they change. */
export function useNotes(): NoteStore {
  const report = useReport();
  const [, redraw] = useState(0);
  const store = stores.get(report) ?? new NoteStore(report.head.run, browserKeeper());
  stores.set(report, store);
  useEffect(() => {
    const again = () => redraw((times) => times + 1);
    const otherWindow = ({ key }: StorageEvent) => {
      if (key === store.key) store.reload();
    };
    window.addEventListener('storage', otherWindow);
    const end = store.follow(again);
    return () => {
      window.removeEventListener('storage', otherWindow);
      end();
    };
  }, [store]);
  return store;
}

/** A page from disk may be refused the storage. */
function browserKeeper(): Keeper | undefined {
  try {
    return window.localStorage ?? undefined;
  } catch {
    return undefined;
  }
}
