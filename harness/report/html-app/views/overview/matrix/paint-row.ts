import type { Mark } from '../../../parts/status-mark.tsx';
import { type Matrix, type Row, shadeOf } from './layout.ts';

/** Pixels of CSS that one cell takes. */
export const CELL = 14;
export const LINE = 24;

export type Tones = Readonly<Record<Mark | 'faint' | 'cut', string>>;

/** The page's colours as they are now: another theme has others. */
export function tonesOf(element: Element): Tones {
  const style = getComputedStyle(element);
  const tone = (name: string) => style.getPropertyValue(name).trim();
  return {
    FAIL: tone('--bad'),
    INCOMPLETE: tone('--hole'),
    NOT_COMPARABLE: tone('--hole'),
    NOT_JUDGED: tone('--hole'),
    WAIVED: tone('--waived'),
    WARN: tone('--warn'),
    PASS: tone('--good'),
    SKIPPED: tone('--quiet'),
    REFERENCE: tone('--quiet'),
    faint: tone('--faint'),
    cut: tone('--cut'),
  };
}

/** One row of cells: tinted by how bad it is, with a figure of its own for every status. */
export function paintRow(canvas: HTMLCanvasElement, matrix: Matrix, row: Row, tones: Tones): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.ceil(matrix.columns.length * CELL * scale);
  canvas.height = Math.ceil(LINE * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(scale, scale);
  context.lineWidth = 1.5;
  for (let column = 0; column < matrix.columns.length; column++) {
    const cell = matrix.cellAt(row, column);
    if (cell === undefined) continue;
    const left = column * CELL;
    context.globalAlpha = 1;
    context.fillStyle = tones.faint;
    context.fillRect(left + 1, 2, CELL - 2, LINE - 4);
    context.fillStyle = tones[cell.mark];
    context.strokeStyle = tones[cell.mark];
    context.globalAlpha = 0.35 * shadeOf(cell);
    context.fillRect(left + 1, 2, CELL - 2, LINE - 4);
    context.globalAlpha = 1;
    paintFigure(context, cell.mark, left + CELL / 2, LINE / 2);
  }
}

/** The marks of status-mark.tsx, simple enough for 14 pixels. */
function paintFigure(context: CanvasRenderingContext2D, mark: Mark, x: number, y: number): void {
  context.beginPath();
  switch (mark) {
    case 'PASS':
      context.arc(x, y, 1.5, 0, 2 * Math.PI);
      context.fill();
      return;
    case 'FAIL':
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
      break;
    case 'WARN':
      context.moveTo(x, y - 4);
      context.lineTo(x + 4.5, y + 4);
      context.lineTo(x - 4.5, y + 4);
      context.closePath();
      break;
    case 'WAIVED':
      context.moveTo(x, y - 4.5);
      context.lineTo(x + 4.5, y);
      context.lineTo(x, y + 4.5);
      context.lineTo(x - 4.5, y);
      context.closePath();
      break;
    case 'SKIPPED':
      context.moveTo(x - 4, y);
      context.lineTo(x + 4, y);
      break;
    case 'REFERENCE':
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      break;
    case 'NOT_COMPARABLE':
      context.moveTo(x - 4, y - 2);
      context.lineTo(x + 4, y - 2);
      context.moveTo(x - 4, y + 2);
      context.lineTo(x + 4, y + 2);
      context.moveTo(x + 2, y - 5);
      context.lineTo(x - 2, y + 5);
      break;
    case 'INCOMPLETE':
    case 'NOT_JUDGED':
      context.rect(x - 4, y - 4, 8, 8);
      break;
  }
  context.stroke();
}
