/** What the pages of operators need beside the rest; part of the one stylesheet. */
export const OPERATIONS_STYLE = `main.wide { max-width: 68rem; }
.ways { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.ways > li { padding: 0.25rem 0; }
.alerts { padding: 0.75rem 1rem 0.75rem 2rem; border: 1px solid var(--danger); border-radius: 0.5rem; }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0 1.5rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.25rem 1.5rem; margin: 1rem 0; }
.chart { margin: 0; }
.chart figcaption { font-size: 0.875rem; }
.chart svg { display: block; width: 100%; height: 4.5rem; margin-top: 0.25rem; }
.chart path { fill: none; vector-effect: non-scaling-stroke; stroke-linecap: round; stroke-linejoin: round; }
.chart .line, .chart .dots { stroke: var(--accent); stroke-width: 2; }
.chart .dots { stroke-width: 6; }
.chart .base { stroke: var(--line); stroke-width: 1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; white-space: nowrap; }
.wide > table th, .wide > table td { white-space: normal; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 0.5rem 0; }
pre { overflow-x: auto; }
`
