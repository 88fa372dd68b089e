import { OPERATIONS_STYLE } from './operations/style.ts'
import { FIELDS_STYLE } from './organisations/style.ts'

/** The stylesheet of every page we show. No page has a style of its own, so the content policy can forbid inline ones. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #f4f6f9;
  --card: #ffffff;
  --ink: #16202e;
  --quiet: #55627a;
  --line: #dde3ec;
  --accent: #1f5fd0;
  --accent-ink: #ffffff;
  --focus: #1f5fd0;
  --danger: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f141c;
    --card: #18202c;
    --ink: #e8edf5;
    --quiet: #a3b0c5;
    --line: #2c3748;
    --accent: #7fb0ff;
    --accent-ink: #0c1420;
    --focus: #a9caff;
    --danger: #ff9d94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  padding: 1.5rem 1rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere;
}
main {
  width: 100%;
  max-width: 29rem;
  padding: 2rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%);
}
.brand { margin: 0 0 1.25rem; color: var(--quiet); font-size: 0.875rem; font-weight: 600; }
h1 { margin: 0 0 0.75rem; font-size: 1.375rem; line-height: 1.3; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
section > h2 { margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { margin: 1.25rem 0 0.25rem; font-size: 1rem; }
p { margin: 0 0 0.75rem; }
main > :last-child { margin-bottom: 0; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
li { margin: 0.375rem 0; }
.plain { padding: 0; list-style: none; }
.message { padding: 0.75rem 1rem; border: 1px solid var(--accent); border-radius: 0.5rem; }
.quiet { color: var(--quiet); font-size: 0.875rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0 1rem; }
.button {
  flex: 1 1 auto;
  min-height: 2.75rem;
  display: inline-flex;
  align-items: center;
  justify-content: center;
  padding: 0.5rem 1.25rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  background: transparent;
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.button.danger { border-color: var(--danger); color: var(--danger); }
.button:hover { filter: brightness(1.06); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.reference { margin: 1.25rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); }
${FIELDS_STYLE}${OPERATIONS_STYLE}@media (max-width: 30rem) {
  body { justify-content: flex-start; padding: 1rem 0.75rem; }
  main { padding: 1.5rem 1.25rem; }
}
@media (forced-colors: active) {
  .button { border: 1px solid ButtonText; }
}
`
