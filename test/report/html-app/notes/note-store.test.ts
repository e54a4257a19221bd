import { expect, test } from 'vitest';
import type { Note } from '../../../../harness/report/html-app/notes/note.ts';
import { type Keeper, NoteStore } from '../../../../harness/report/html-app/notes/note-store.ts';
import { readNotes, writeNotes } from '../../../../harness/report/html-app/notes/notes-file.ts';

const note = (change: Partial<Note> = {}): Note => ({
  suite: 'digits',
  tensor: 'logits',
  targets: ['haswell/cpu'],
  status: 'FAIL',
  headline: 'max_steps 19, allowed ≤ 2',
  seen: true,
  comment: '',
  changedAt: '2026-11-23T00:00:00.000Z',
  ...change,
});

const accepted: NonNullable<Note['accepted']> = {
  budgets: 'budgets.yml',
  matches: [{ tensor: 'logits', device: 'haswell' }],
  metrics: ['max_steps'],
  limits: { max_steps: 19 },
  reason: 'known',
  owner: '@vision',
  expires: '2027-06-30',
};

function memory(): Keeper & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  };
}

test('notes outlive the page, for their own run', () => {
  const keeper = memory();
  const written = note({ accepted });
  new NoteStore('run-1', keeper).save(written);
  expect([...new NoteStore('run-1', keeper).notes.values()]).toEqual([written]);
  expect(new NoteStore('run-2', keeper).notes.size).toBe(0);
});

test('a note that says nothing any more is gone, and the last one leaves nothing behind', () => {
  const keeper = memory();
  const store = new NoteStore('run', keeper);
  store.save(note());
  store.save(note({ seen: false }));
  expect([store.notes.size, keeper.texts.size]).toEqual([0, 0]);
});

test('who follows is told, until he ends it', () => {
  const store = new NoteStore('run', memory());
  let told = 0;
  const end = store.follow(() => told++);
  store.save(note());
  end();
  store.save(note({ seen: false }));
  expect(told).toBe(1);
});

test('without storage the notes stay in memory, and the store says so', () => {
  const store = new NoteStore('run', undefined);
  expect(store.problem).toContain('does not keep');
  store.save(note());
  expect(store.notes.size).toBe(1);
  expect(store.problem).toContain('does not keep');
});

test('a storage that is full says so too', () => {
  const full = {
    ...memory(),
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  const store = new NoteStore('run', full);
  expect(store.problem).toBeUndefined();
  store.save(note());
  expect(store.notes.size).toBe(1);
  expect(store.problem).toContain('QuotaExceededError');
});

test('what was kept and is damaged is told, not hidden', () => {
  const keeper = memory();
  keeper.setItem('fleetdiff:notes:run', '{"kind":"notes"');
  const store = new NoteStore('run', keeper);
  expect(store.problem).toContain('could not be read');
});

test('of two notes on one finding the later stays', () => {
  const store = new NoteStore('run', memory());
  store.save(note({ comment: 'mine', changedAt: '2026-11-23T10:00:00.000Z' }));
  const other = note({ targets: ['nehalem/cpu'], comment: 'new' });
  const taken = store.merge([note({ comment: 'older', changedAt: '2026-11-23T09:00:00.000Z' }), other]);
  expect(taken).toBe(1);
  expect([...store.notes.values()].map(({ comment }) => comment)).toEqual(['mine', 'new']);
  expect(store.merge([note({ comment: 'later', changedAt: '2026-11-23T11:00:00.000Z' })])).toBe(1);
  expect([...store.notes.values()][0]?.comment).toBe('later');
});

test('what is written is read back', () => {
  const notes = [note({ accepted }), note({ targets: ['</script>', 'a\u202eb'], comment: 'x\ny' })];
  expect(readNotes(writeNotes('run', notes))).toEqual({ schemaVersion: 1, kind: 'notes', run: 'run', notes });
});

const file = (change: object) =>
  JSON.stringify({
    schemaVersion: 1,
    kind: 'notes',
    run: 'r',
    notes: [{ ...note({ accepted }), ...change }],
  });

test.for([
  ['{', 'This is no JSON'],
  ['[]', 'the file: expected an object'],
  ['{"kind":"verdicts"}', 'These are no notes'],
  ['{"kind":"notes","schemaVersion":2}', 'schemaVersion 2, expected 1'],
  ['{"kind":"notes","schemaVersion":1,"run":"r","notes":{}}', 'notes: expected a list'],
  [file({ status: 'GREEN' }), 'notes[0].status: expected one of'],
  [file({ targets: [1] }), 'notes[0].targets[0]: expected a text'],
  [file({ comment: null }), 'notes[0].comment: expected a text'],
  [file({ accepted: { ...accepted, expires: '2027-02-30' } }), 'expires: expected a day'],
  [
    file({ accepted: { ...accepted, limits: { max_steps: '19' } } }),
    'limits.max_steps: expected a finite number',
  ],
  [
    file({ accepted: { ...accepted, limits: { max_steps: 1 } } }).replace(
      '"max_steps":1',
      '"max_steps":1e999',
    ),
    'finite number',
  ],
  [file({ accepted: { ...accepted, matches: [] } }), 'matches: expected at least one'],
  [file({ accepted: { ...accepted, matches: [{}] } }), 'matches[0]: expected it to name a device'],
  [
    file({ accepted: { ...accepted, matches: [{ device: '*', tensor: 'y' }] } }),
    'matches[0]: expected it to name',
  ],
  [file({ accepted: { ...accepted, metrics: ['flips', 'flips'] } }), 'metrics: expected metrics, each once'],
  [file({ accepted: { ...accepted, reason: ' ' } }), 'reason: expected a text that says something'],
  [file({ accepted: { ...accepted, owner: '' } }), 'owner: expected a text that says something'],
  [file({ accepted: { ...accepted, matches: [{ device: 1 }] } }), 'matches[0].device: expected a text'],
])('%s is refused', ([text, words]) => {
  expect(() => readNotes(text!)).toThrow(words);
});
