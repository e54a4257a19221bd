/**
 * Names and messages come from devices and model files, so no output format may obey them.
 * Every function here takes text as it came and returns text that is safe in one format.
 */

/** Controls, lone surrogates, noncharacters, line separators and invisible format characters; joiners shape real scripts and stay. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?![\u200c\u200d])\p{Cf}/gu;

/** Spells what a reader could not see or a terminal would obey: U+202E becomes `\u202e`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (found) => `\\u${found.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** Running text on one line: white space is folded, the rest made visible. */
export function prose(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as HTML text and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}

/** Safe as XML 1.0 text and inside quoted attributes; line feeds stay, other controls are illegal there and are spelled. */
export function escapeXml(text: string): string {
  return text.split('\n').map(escapeHtml).join('\n');
}

/** A text cell that no spreadsheet runs as a formula: OWASP's list of first characters, with the full-width forms. */
export function neutraliseFormula(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** Splits a mark from what follows, so that GitHub and GitLab make no mention, reference or URL of it. */
const SPLIT = '<!-- -->';

/** Marks that GitLab refers by before a name or number: `!1`, `$1`, `%1`, `&1`, `~label`. They stand as entities, but for `%`. */
const GITLAB_REFERENCE = /(?:&#(?:33|36|38|126);|%)(?=\w|&#34;)/g;

/** Running text in GitHub's and GitLab's Markdown, also in a table cell: no markup, mention, reference or link comes out of it. */
export function markdownText(text: string): string {
  return prose(text)
    .replace(/[&<>"'|`*_~[\]\\!$]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/@|#(?=[0-9])(?<!&#)|:(?=\/\/)|www(?=\.)/gi, (found) => `${found}${SPLIT}`)
    .replace(GITLAB_REFERENCE, (found) => `${found}${SPLIT}`);
}

/** A name in GitHub Markdown: code, where mentions and references are left alone. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`;
}

/** One word for a POSIX shell; undefined when the text holds characters that a reader could not check. */
export function shellWord(text: string): string | undefined {
  if (visible(text) !== text) return undefined;
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
