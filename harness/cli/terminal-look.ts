import type { TerminalOptions } from '../report/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where nobody says how wide it is, and where no person looks. */
const USUAL_COLUMNS = 80;

/** How wide the output may be, whether it is coloured, and whether the locale has our signs. */
export function terminalLook(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  env: Environment = process.env,
): Required<TerminalOptions> {
  const columns = stream.isTTY ? Math.max(40, stream.columns || USUAL_COLUMNS) : USUAL_COLUMNS;
  return { columns, colour: hasColour(stream, env), ascii: !isUtf8(env) };
}

/** no-color.org and force-color.org: either is set when it is not empty; the wish for none wins. */
function hasColour({ isTTY }: Pick<NodeJS.WriteStream, 'isTTY'>, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return Boolean(isTTY) && env.TERM !== 'dumb';
}

/** As locale(7) reads the environment. Where nothing is said (a container, Windows), terminals of today speak UTF-8. */
function isUtf8(env: Environment): boolean {
  if (env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return !locale || /utf-?8/i.test(locale);
}

/** Terminals that show OSC 8 hyperlinks; others may print the escape. FORCE_HYPERLINK decides where it is set. */
export function hasLinks(
  { isTTY }: Pick<NodeJS.WriteStream, 'isTTY'>,
  env: Environment = process.env,
): boolean {
  if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== '0' && env.FORCE_HYPERLINK !== 'false';
  if (!isTTY || env.TERM === 'dumb' || env.CI || env.TMUX || env.STY) return false;
  // VTE before 0.50.1 crashed on them.
  if (env.VTE_VERSION) return Number(env.VTE_VERSION) > 5000;
  const programs = ['iTerm.app', 'WezTerm', 'vscode', 'Hyper', 'ghostty', 'Tabby', 'rio'];
  return (
    programs.includes(env.TERM_PROGRAM ?? '') ||
    Boolean(env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION || env.DOMTERM) ||
    /^(?:xterm-kitty|alacritty|foot|contour)/.test(env.TERM ?? '')
  );
}
