import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../../../../format-number.ts';
import { Name } from '../../../parts/name.tsx';
import { MARK_WORDS, MarkIcon } from '../../../parts/status-mark.tsx';
import { hashOf } from '../../../route.ts';
import { cellWords } from './cell-words.ts';
import { countMarks, type Matrix, type Row } from './layout.ts';
import { type Cursor, type Line, linesOf, moveCursor } from './lines.ts';
import { CELL, LINE, paintRow, type Tones } from './paint-row.ts';
import { useTones } from './use-tones.ts';

/** Lines drawn beyond both edges of what is in sight. */
const MARGIN = 6;

/**
 * A matrix of any size: only the lines in sight exist, each row's cells painted on a canvas. Its cells are for eyes and for the arrow
 * keys; the ledger below the matrix says the same in a table.
 */
export function LargeMatrix({ matrix }: { readonly matrix: Matrix }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<Cursor>();
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(500);
  const place = useRef<HTMLDivElement>(null);
  const tones = useTones(place);
  const lines = useMemo(() => linesOf(matrix, folded), [matrix, folded]);
  const columns = matrix.columns.length;

  useEffect(() => {
    const element = place.current!;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => setCursor(undefined), [matrix, folded]);

  const fold = (name: string) => {
    const next = new Set(folded);
    if (!next.delete(name)) next.add(name);
    setFolded(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const from = cursor ?? { line: -1, column: 0 };
    if (event.key === 'Enter' && cursor !== undefined) openCell(matrix, lines, cursor);
    const next =
      cursor === undefined && event.key.startsWith('Arrow')
        ? moveCursor(from, 'ArrowDown', lines, columns)
        : moveCursor(from, event.key, lines, columns);
    if (next === undefined) return;
    event.preventDefault();
    setCursor(next);
    reveal(place.current!, next);
  };

  const first = Math.max(0, Math.floor(top / LINE) - MARGIN);
  const last = Math.min(lines.length, Math.ceil((top + height) / LINE) + MARGIN);
  return (
    <>
      <div
        class="matrix-large"
        ref={place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move a cursor in it
        tabIndex={0}
        role="application"
        aria-label={`Fleet matrix, ${count(matrix.rows, 'row')} by ${count(columns, 'column')}. Arrow keys move, Enter opens.`}
        aria-describedby="matrix-cursor"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div
          style={{
            height: `${lines.length * LINE}px`,
            width: `calc(var(--name-width) + ${columns * CELL}px)`,
          }}
        >
          {lines.slice(first, last).map((line, offset) => {
            const index = first + offset;
            return line.kind === 'group' ? (
              <GroupLine key={`group ${line.group.name}`} line={line} index={index} onFold={fold} />
            ) : (
              <RowLine
                key={line.row.name}
                row={line.row}
                index={index}
                matrix={matrix}
                tones={tones}
                marked={cursor?.line === index ? cursor.column : undefined}
                onPoint={(column) => setCursor({ line: index, column })}
                onOpen={(column) => openCell(matrix, lines, { line: index, column })}
              />
            );
          })}
        </div>
      </div>
      <p id="matrix-cursor" class="matrix-cursor small" role="status">
        {cursorWords(matrix, lines, cursor)}
      </p>
    </>
  );
}

function GroupLine({
  line: { group, folded },
  index,
  onFold,
}: {
  readonly line: Extract<Line, { kind: 'group' }>;
  readonly index: number;
  readonly onFold: (name: string) => void;
}) {
  return (
    <div class="line group" style={{ top: `${index * LINE}px` }}>
      <button type="button" class="fold name" aria-expanded={!folded} onClick={() => onFold(group.name)}>
        <span aria-hidden="true">{folded ? '▸' : '▾'}</span> <MarkIcon mark={group.worst} />{' '}
        <Name columns={40}>{group.name}</Name> <span class="quiet">{count(group.rows.length, 'row')}</span>
      </button>
    </div>
  );
}

interface RowLineProps {
  readonly row: Row;
  readonly index: number;
  readonly matrix: Matrix;
  readonly tones: Tones | undefined;
  readonly marked: number | undefined;
  readonly onPoint: (column: number) => void;
  readonly onOpen: (column: number) => void;
}

function RowLine({ row, index, matrix, tones, marked, onPoint, onOpen }: RowLineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (tones !== undefined) paintRow(canvas.current!, matrix, row, tones);
  }, [matrix, row, tones]);
  const summary = useMemo(() => rowWords(matrix, row), [matrix, row]);
  const columnOf = (event: MouseEvent) =>
    Math.min(matrix.columns.length - 1, Math.max(0, Math.floor(event.offsetX / CELL)));
  return (
    <div class="line" style={{ top: `${index * LINE}px` }}>
      <span class="name">
        {row.route === undefined ? (
          <Name columns={32}>{row.name}</Name>
        ) : (
          <a href={hashOf(row.route)} tabIndex={-1}>
            <Name columns={32}>{row.name}</Name>
          </a>
        )}
      </span>
      <span class="cells">
        <canvas
          ref={canvas}
          role="img"
          aria-label={summary}
          style={{ width: `${matrix.columns.length * CELL}px`, height: `${LINE}px` }}
          onMouseMove={(event) => onPoint(columnOf(event))}
          onClick={(event) => onOpen(columnOf(event))}
        />
        {marked === undefined ? undefined : <span class="marked" style={{ left: `${marked * CELL}px` }} />}
      </span>
    </div>
  );
}

/** "12 over budget, 288 within budget". */
function rowWords(matrix: Matrix, row: Row): string {
  return [...countMarks(matrix, row)].map(([mark, n]) => `${n} ${MARK_WORDS[mark].toLowerCase()}`).join(', ');
}

function cursorWords(matrix: Matrix, lines: readonly Line[], cursor: Cursor | undefined): string {
  const line = cursor && lines[cursor.line];
  if (cursor === undefined || line?.kind !== 'row')
    return 'Point at a cell, or use the arrow keys; Enter or a click opens it.';
  return cellWords(
    line.row.name,
    matrix.columns[cursor.column] ?? '',
    matrix.cellAt(line.row, cursor.column),
  );
}

function openCell(matrix: Matrix, lines: readonly Line[], { line, column }: Cursor): void {
  const at = lines[line];
  const cell = at?.kind === 'row' ? matrix.cellAt(at.row, column) : undefined;
  if (cell !== undefined) window.location.hash = hashOf(cell.route);
}

/** Brings the cursor into sight, clear of the names that stick to the left. */
function reveal(element: HTMLElement, { line, column }: Cursor): void {
  const names = element.querySelector<HTMLElement>('.name')?.offsetWidth ?? 0;
  const [x, y] = [column * CELL, line * LINE];
  if (y < element.scrollTop) element.scrollTop = y;
  if (y + LINE > element.scrollTop + element.clientHeight)
    element.scrollTop = y + LINE - element.clientHeight;
  if (x < element.scrollLeft) element.scrollLeft = x;
  const room = element.clientWidth - names;
  if (x + CELL > element.scrollLeft + room) element.scrollLeft = x + CELL - room;
}
