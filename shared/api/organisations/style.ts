/** What the pages with fields and lists need beside the rest; part of the one stylesheet. */
export const FIELDS_STYLE = `dl { margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0 0 0.625rem; }
a { color: var(--accent); }
a.button { color: var(--ink); }
a.button.primary { color: var(--accent-ink); }
.field { margin: 0 0 1rem; }
.field p { margin: 0 0 0.375rem; }
label { display: block; margin: 0 0 0.25rem; font-weight: 600; }
input:not([type="hidden"]), textarea {
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--quiet);
  border-radius: 0.5rem;
  background: var(--ground);
  color: var(--ink);
  font: inherit;
  font-size: 0.9375rem;
}
textarea { display: block; resize: vertical; }
.field [aria-invalid="true"] { border-color: var(--danger); }
.problem { color: var(--danger); font-weight: 600; }
.notice { padding: 0.75rem 1rem; border: 1px solid var(--accent); border-radius: 0.5rem; }
.button.danger { border-color: var(--danger); color: var(--danger); }
.link {
  min-height: 2.75rem;
  padding: 0;
  border: 0;
  background: transparent;
  color: var(--accent);
  font: inherit;
  text-decoration: underline;
  cursor: pointer;
}
`
