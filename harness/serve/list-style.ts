/** The report's colours. */
const LIGHT = `color-scheme:light;--page:#fbfbf9;--card:#fff;--ink:#1b1d20;--quiet:#575d66;--line:#dfe1e4;--faint:#f1f2f2;
--link:#175a96;--bad:#b0261c;--hole:#6c3d9e;--warn:#855600;--good:#1c6b3c`;

const DARK = `color-scheme:dark;--page:#16181a;--card:#1d2022;--ink:#e8e9ea;--quiet:#a8aeb6;--line:#34383d;--faint:#24282b;
--link:#8fc1f2;--bad:#ff8b80;--hole:#cba8f7;--warn:#e8b75a;--good:#7fd09b`;

/** The list's style sheet. Below 60rem the table's rows become blocks, so that 360 px hold them. */
export const LIST_STYLE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font-variant-numeric:tabular-nums}
main{max-width:88rem;margin:0 auto;padding:2rem 1.5rem 4rem}
h1{font-size:1.75rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:0}
p{margin:.25rem 0}
a{color:var(--link);text-underline-offset:.15em}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875rem}
bdi,td,p{overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.small{font-size:.875rem}
.filter{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin:1.5rem 0 .5rem}
.filter label{display:flex;gap:.5rem;align-items:center}
.filter .text{flex:1 1 16rem}
.filter .text input{flex:1;min-width:0}
.filter[hidden]{display:none}
input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:.4rem;padding:.35rem .65rem;min-height:2.5rem;max-width:100%}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th{font-weight:600;text-align:left;color:var(--quiet);font-size:.875rem;vertical-align:bottom}
th,td{padding:.7rem 1rem .7rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
tbody th{color:var(--ink);font-size:.9375rem;font-weight:400;width:26rem}
tbody tr[hidden]{display:none}
.outcome{font-weight:600;color:var(--tone);text-decoration-color:currentColor}
.sign{display:inline-block;width:1.4em}
.ship{--tone:var(--good)}.noShip{--tone:var(--bad)}.unknown{--tone:var(--hole)}.unjudged{--tone:var(--quiet)}.damaged{--tone:var(--warn)}
.tag{border:1px solid var(--line);background:var(--faint);border-radius:.3rem;padding:0 .4rem;margin-left:.4rem;font-size:.8125rem}
.links{display:flex;flex-wrap:wrap;gap:.1rem .8rem;font-size:.875rem;min-width:16.5rem}
.nowrap{white-space:nowrap}
.suites{min-width:7rem}
summary{cursor:pointer;color:var(--quiet);white-space:nowrap}
.empty{border:1px solid var(--line);border-radius:.5rem;background:var(--card);padding:1rem 1.25rem;margin-top:1.5rem}
@media (max-width:60rem){
main{padding:1.25rem 1rem 3rem}
table,tbody,tr,tbody th,tbody td{display:block;width:auto}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{border-bottom:1px solid var(--line);padding:.9rem 0}
tbody th,tbody td{border:0;padding:.1rem 0}
tbody td[data-label]::before{content:attr(data-label) " ";color:var(--quiet);font-size:.875rem}
.links{margin-top:.25rem;gap:.25rem 1.1rem;font-size:.9375rem;min-width:0}
.links a{padding:.4rem 0}
}
@media print{.filter{display:none}}
`;
