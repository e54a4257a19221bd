const LIGHT = `color-scheme:light;--page:#fbfbf9;--card:#fff;--ink:#1b1d20;--quiet:#575d66;--line:#dfe1e4;--faint:#f1f2f2;
--link:#175a96;--bad:#b0261c;--hole:#6c3d9e;--waived:#175f9c;--warn:#855600;--good:#1c6b3c;--cut:#fff`;

const DARK = `color-scheme:dark;--page:#16181a;--card:#1d2022;--ink:#e8e9ea;--quiet:#a8aeb6;--line:#34383d;--faint:#24282b;
--link:#8fc1f2;--bad:#ff8b80;--hole:#cba8f7;--waived:#8fc1f2;--warn:#e8b75a;--good:#7fd09b;--cut:#16181a`;

/** The whole style sheet; its SHA-256 stands in the page's content security policy. */
export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
:root[data-theme=dark]{${DARK}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font-variant-numeric:tabular-nums}
main,.bar{max-width:76rem;margin:0 auto;padding:0 1.5rem}
.bar{display:flex;gap:1rem;align-items:center;justify-content:space-between;padding-top:1.25rem}
.bar .quiet{overflow-wrap:anywhere}
h1{font-size:clamp(1.6rem,1.1rem + 2vw,2.4rem);line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;margin:0 0 1rem}
h3{font-size:1rem;font-weight:650;margin:1.75rem 0 .5rem}
p{margin:.25rem 0 .75rem;max-width:46rem}
a{color:var(--link);text-underline-offset:.15em}
bdi,td,li,p,summary{overflow-wrap:anywhere}
.scroll bdi,.scroll td,.scroll th{overflow-wrap:break-word}
section{margin:3.5rem 0 0}
.verdict{margin-top:2.5rem}
.verdict p.lead{font-size:1.0625rem;color:var(--quiet)}
.quiet{color:var(--quiet)}
.small,.quiet.small{font-size:.875rem}
code,.code,.target-name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
.symbols{position:absolute;width:0;height:0}
.mark{display:inline-flex;align-items:center;gap:.4em;font-weight:600;white-space:nowrap;color:var(--tone)}
.mark svg{width:1.25em;height:1.25em;flex:none;vertical-align:-.25em}
.mark,.symbols{--tone:var(--quiet)}
.FAIL{--tone:var(--bad)}.INCOMPLETE,.NOT_COMPARABLE,.NOT_JUDGED{--tone:var(--hole)}.WAIVED{--tone:var(--waived)}
.WARN{--tone:var(--warn)}.PASS{--tone:var(--good)}.SKIPPED,.REFERENCE{--tone:var(--quiet)}
.mark.PASS{font-weight:400}
.edge,.line{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.line{stroke-width:1.8}
.dashed{stroke-dasharray:2.6 2.4}
.solid,.dot{fill:currentColor}
.soft{fill:currentColor;opacity:.14}
.cut{fill:none;stroke:var(--cut);stroke-width:2.2;stroke-linecap:round}
.outcome{border-left:.3rem solid var(--tone);padding-left:1.25rem}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(7rem,1fr));gap:0;margin:1.75rem 0 0;padding:0;border:1px solid var(--line);border-radius:.5rem;background:var(--card);overflow:hidden}
.counts div{padding:.75rem 1rem;box-shadow:1px 0 0 var(--line),0 1px 0 var(--line)}
.counts dt{font-size:.875rem;color:var(--quiet)}
.counts dd{margin:0;font-size:1.5rem;line-height:1.3;font-weight:600}
.counts .zero dd{font-weight:400;color:var(--quiet)}
.counts .gap dd{color:var(--hole)}
.suite-line{margin:1rem 0 0;max-width:none}
.notice{border:1px solid var(--warn);border-radius:.5rem;padding:.75rem 1rem;margin:1.25rem 0 0;max-width:none}
.filter{position:sticky;top:0;z-index:2;background:var(--page);padding:.75rem 0;margin-top:2.5rem;display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;border-bottom:1px solid var(--line)}
.filter label{display:flex;gap:.5rem;align-items:center;flex:1 1 14rem}
input,select,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:.4rem;padding:.35rem .65rem;min-height:2.25rem}
.filter input{flex:1;min-width:0}
button{cursor:pointer}
button:hover{background:var(--faint)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.script-only{display:none}
.scripted .script-only{display:revert}
.scripted .filter.script-only{display:flex}
.scripted button.script-only{display:inline-block}
[hidden]{display:none!important}
.findings{list-style:none;margin:0;padding:0;border-top:1px solid var(--line)}
.findings>li{display:grid;grid-template-columns:10.5rem minmax(0,1fr);gap:.25rem 1.5rem;padding:1.25rem 0;border-bottom:1px solid var(--line)}
.findings h3{margin:0;font-size:1.0625rem;font-weight:600}
.findings p{margin:.15rem 0}
.findings .what{font-size:1.0625rem}
.why{margin:.6rem 0 0;padding:0;list-style:none;font-size:.875rem}
.why li{margin:.15rem 0;color:var(--quiet)}
.why q{color:var(--ink)}
.expired{color:var(--bad);font-weight:600}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th{font-weight:600;text-align:left;color:var(--quiet);font-size:.875rem;vertical-align:bottom}
th,td{padding:.5rem 1rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th.number+th:not(.number){padding-left:.75rem}
td.number,th.number{text-align:right;white-space:nowrap}
tbody th{color:var(--ink);font-size:.9375rem;font-weight:400;vertical-align:top}
th button{border:0;background:none;padding:0;min-height:0;font-weight:600;color:inherit;text-align:inherit}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
.matrix td.cell{min-width:9rem}
.matrix th[scope=row]{white-space:nowrap}
.matrix .cell>div{display:flex;gap:.5rem;align-items:flex-start}
.matrix .mark{line-height:1.5rem}
.matrix .compact{min-width:2.5rem}
.matrix .soc{color:var(--quiet);font-size:.875rem;min-width:9rem}
.matrix tr:hover td,.matrix tr:hover th{background:var(--faint)}
.letter{display:inline-grid;place-items:center;min-width:1.6rem;height:1.6rem;padding:0 .3rem;border:1px solid var(--quiet);border-radius:.3rem;font-weight:600;font-size:.875rem}
.letter.reference{background:var(--ink);color:var(--page);border-color:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;list-style:none;margin:1rem 0 0;padding:0;font-size:.875rem}
.legend .mark{font-weight:400}
.classes{list-style:none;margin:0;padding:0}
.classes li{display:flex;gap:1rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
.classes p{margin:0;max-width:none}
.names{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem}
details.target{border:1px solid var(--line);border-radius:.5rem;background:var(--card);margin:0 0 .6rem;scroll-margin-top:5rem}
details.target>summary{cursor:pointer;padding:.75rem 1rem;display:grid;grid-template-columns:9.5rem minmax(0,1fr);gap:.25rem 1rem;list-style:none}
details.target>summary::-webkit-details-marker{display:none}
details.target>summary:hover{background:var(--faint);border-radius:.5rem}
details.target[open]>summary{border-bottom:1px solid var(--line)}
.inside{padding:.25rem 1rem 1.25rem}
.more{margin-top:1rem}
.more>summary{cursor:pointer;padding:.25rem 0}
.more table{max-width:48rem}
.number+td{padding-left:.75rem}
.lead-fact{max-width:none;font-size:1.25rem;font-weight:600;margin:1rem 0 .25rem}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.5rem;margin:0;font-size:.9375rem}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.flips{display:flex;flex-wrap:wrap;gap:1rem;margin:.75rem 0}
.flip{display:flex;gap:.75rem;margin:0;align-items:flex-start;font-size:.875rem;line-height:1.4}
.flip img{width:5.25rem;height:auto;image-rendering:pixelated;border-radius:.25rem;background:#000;border:1px solid var(--line)}
.flip .answers{font-size:1.0625rem}
.flip figcaption{min-width:8.5rem;max-width:13rem}
.no-picture{width:5.25rem;font-size:.8125rem;color:var(--quiet)}
.command{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0 0}
.command code{background:var(--faint);border-radius:.4rem;padding:.4rem .65rem;overflow-wrap:anywhere;user-select:all}
.command button{font-size:.875rem;min-height:2rem;padding:.2rem .6rem}
figure.plot{margin:1rem 0;overflow-x:auto}
.plot svg{width:46rem;max-width:none;height:auto;display:block}
.plot text{fill:var(--quiet);font-size:13px}
.plot .tick{text-anchor:end}
.plot .grid{stroke:var(--line);stroke-width:1}
.plot .own{fill:var(--link);opacity:.35}
.plot polyline.here{fill:none;stroke:var(--ink);stroke-width:1.5}
.plot circle.here{fill:var(--ink)}
.plot .first{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 3}
footer{margin:4rem 0 3rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.875rem;color:var(--quiet)}
@media (max-width:44rem){
main,.bar{padding-left:1rem;padding-right:1rem}
section{margin-top:2.5rem}
.findings>li,details.target>summary{grid-template-columns:minmax(0,1fr)}
.matrix .soc{display:none}
.filter{position:static}
.counts{grid-template-columns:repeat(auto-fit,minmax(5.5rem,1fr))}
.counts div{padding:.5rem .75rem}
.facts{grid-template-columns:minmax(0,1fr);gap:0}
.facts dd{margin-bottom:.5rem}
}
@media print{
:root,:root[data-theme=dark]{${LIGHT}}
html{font-size:11pt}
.filter,.command button,#theme{display:none!important}
details.target::details-content{content-visibility:visible;height:auto}
details.target,.findings>li,tr,figure{break-inside:avoid}
main,.bar{max-width:none;padding:0}
a{color:inherit;text-decoration:none}
}
`;
