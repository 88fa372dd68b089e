/** The stylesheet of the documentation. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --ground: #ffffff; --side: #f4f6f9; --ink: #16202e; --quiet: #55627a; --line: #dde3ec; --link: #1a55ba;
  --code: #f1f4f8; --focus: #1f5fd0; --get: #0b6b3a; --post: #1a55ba; --delete: #a3261f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f141c; --side: #141b26; --ink: #e8edf5; --quiet: #a3b0c5; --line: #2c3748; --link: #8db9ff;
    --code: #1b2431; --focus: #a9caff; --get: #6fd39c; --post: #8db9ff; --delete: #ff9d94;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 0.2rem; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--ground); z-index: 1; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; align-items: baseline; padding: 0.875rem 1.5rem;
  border-bottom: 1px solid var(--line); }
header ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
header a { display: inline-block; padding: 0.25rem 0; }
header a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.brand { margin: 0; font-weight: 700; }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav.wide { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1.5rem; background: var(--side);
  border-right: 1px solid var(--line); font-size: 0.9rem; }
nav.wide ul, details.narrow ul { margin: 0; padding: 0; list-style: none; }
nav.wide > ul > li, details.narrow nav > ul > li { margin-bottom: 1rem; }
nav.wide > ul > li > a, details.narrow nav > ul > li > a { font-weight: 600; color: var(--ink); text-decoration: none; }
nav li li a { display: block; padding: 0.2rem 0; text-decoration: none; }
nav li li a:hover { text-decoration: underline; }
main { max-width: 58rem; padding: 1.5rem 2.5rem 5rem; }
h1 { margin: 0 0 1rem; font-size: 1.875rem; line-height: 1.2; }
h2 { margin: 3rem 0 0.75rem; padding-bottom: 0.35rem; border-bottom: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin: 0 0 0.5rem; font-size: 1.125rem; }
h4 { margin: 1.25rem 0 0.35rem; font-size: 0.9rem; color: var(--quiet); }
p { margin: 0 0 0.6rem; overflow-wrap: anywhere; }
.operation, .schema { margin: 1.5rem 0 2.25rem; padding-bottom: 0.5rem; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
p code, li code, summary code { padding: 0.1em 0.3em; background: var(--code); border-radius: 0.25rem; overflow-wrap: anywhere; }
pre { margin: 0.25rem 0 1rem; padding: 0.875rem 1rem; background: var(--code); border: 1px solid var(--line);
  border-radius: 0.5rem; overflow-x: auto; line-height: 1.5; }
pre code { font-size: 0.8125rem; }
.call { font-size: 1rem; }
.method { display: inline-block; min-width: 3.75rem; font-weight: 700; font-size: 0.8125rem; }
.get { color: var(--get); } .post { color: var(--post); } .delete { color: var(--delete); }
.fields, .answers { margin: 0 0 1rem; padding: 0; list-style: none; border-top: 1px solid var(--line); }
.fields > li, .answers > li { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
.fields p, .answers p { margin: 0; }
.fields .name { font-weight: 600; background: none; padding: 0; color: var(--ink); }
.type { color: var(--quiet); font-size: 0.875rem; margin-left: 0.35rem; }
.required { color: var(--delete); font-size: 0.8125rem; margin-left: 0.35rem; }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.status { display: inline-block; min-width: 2.5rem; }
.s2 { color: var(--get); } .s4, .s5 { color: var(--delete); }
summary { display: inline-block; padding: 0.25rem 0; color: var(--link); cursor: pointer; font-size: 0.9rem; }
summary::before { content: "+ "; }
details[open] > summary::before { content: "- "; }
details > .fields { margin: 0.25rem 0 0.5rem; padding-left: 1rem; border-left: 2px solid var(--line); border-top: 0; }
details.narrow { display: none; }
@media (max-width: 56rem) {
  .columns { display: block; }
  nav.wide { display: none; }
  details.narrow { display: block; margin-bottom: 1.25rem; }
  main { padding: 1.25rem 1rem 3rem; }
  header { padding: 0.75rem 1rem; }
  nav li li a, summary { padding: 0.4rem 0; }
}
@media print { nav, .skip { display: none; } .columns { display: block; } }
`
