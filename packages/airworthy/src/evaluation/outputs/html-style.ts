/** The look of a report in one file; both colour schemes, and paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59636e; --line: #d5dae0; --canvas: #ffffff; --accent: #2458c4; --pass: #116329; --fail: #b3261e; --undecided: #8a5300; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --quiet: #98a2ad; --line: #353c44; --canvas: #14171b; --accent: #7aa7ff; --pass: #5fd07f; --fail: #ff8d84; --undecided: #f0b45b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text); font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
section + section { border-top: 1px solid var(--line); margin-top: 40px; }
h1 { font-size: 20px; overflow-wrap: anywhere; } h2 { font-size: 16px; margin-top: 32px; } h3 { font-size: 14px; margin-top: 24px; }
.answer { font-size: 16px; } .quiet, figcaption { color: var(--quiet); }
.pass { color: var(--pass); } .fail, .error { color: var(--fail); } .undecided { color: var(--undecided); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td span { white-space: nowrap; } td code { overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 500; } code { font: 12px ui-monospace, monospace; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .axis { fill: var(--quiet); }
svg line { stroke: var(--accent); stroke-width: 2; } svg circle { fill: var(--accent); } svg .rule { stroke: var(--line); stroke-width: 1; }
@media print { main { max-width: none; } .scroll { overflow: visible; } }
`;
