/** The look of the page and of the pictures in it. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59636e; --line: #d5dae0; --canvas: #ffffff; --accent: #2458c4; --second: #8a5300; --pass: #116329; --fail: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --quiet: #98a2ad; --line: #353c44; --canvas: #14171b; --accent: #7aa7ff; --second: #f0b45b; --pass: #5fd07f; --fail: #ff8d84; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text); font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
section { border-top: 1px solid var(--line); margin-top: 32px; }
h1 { font-size: 20px; } h2 { font-size: 16px; }
.quiet { color: var(--quiet); } .pass { color: var(--pass); } .fail { color: var(--fail); }
.scroll { overflow-x: auto; margin: 16px 0; } table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; } .figure { white-space: nowrap; } ul { padding-left: 20px; } code { font: 12px ui-monospace, monospace; } pre { font: 12px/1.4 ui-monospace, monospace; }
svg { display: block; height: auto; max-width: 100%; } svg.wide { min-width: 760px; } svg.narrow { min-width: 520px; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .quiet { fill: var(--quiet); }
svg .grid { stroke: var(--line); } svg .first { stroke: var(--accent); fill: var(--accent); } svg .second { stroke: var(--second); fill: var(--second); }
svg .interval { stroke-width: 2; } svg .line { stroke-width: 2; fill: none; } svg .loss { fill: var(--fail); } svg .gain { fill: var(--pass); } svg .level { fill: var(--accent); }
svg .whisker { stroke: var(--text); stroke-width: 1.5; } svg text.pass { fill: var(--pass); } svg text.fail { fill: var(--fail); }
`;
