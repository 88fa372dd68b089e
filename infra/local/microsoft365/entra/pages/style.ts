/** The look of the sign-in pages: one card on a calm background, light and dark by the person's own setting. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#eef3fa, #0d1218);
  --glow: light-dark(#cfe0f7, #14283f);
  --card: light-dark(#ffffff, #171d25);
  --line: light-dark(#dce3ec, #2b3542);
  --text: light-dark(#1b1f24, #edf1f6);
  --soft: light-dark(#55606e, #a5b1c0);
  --accent: light-dark(#0b5cad, #6db3f8);
  --on-accent: light-dark(#ffffff, #06182b);
  --accent-hover: light-dark(#094c90, #8ec5fb);
  --tint: light-dark(#f1f6fc, #1e2732);
  --bad: light-dark(#a4262c, #ff9aa0);
  --bad-tint: light-dark(#fdf1f1, #351a1d);
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; grid-template-rows: 1fr auto; justify-items: center;
  padding: 2.5rem 1.25rem 1rem; gap: 1.5rem; color: var(--text); line-height: 1.45;
  font-family: 'Segoe UI Variable', 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', Arial, sans-serif;
  background: radial-gradient(60rem 36rem at 12% -8%, var(--glow), transparent 70%),
    radial-gradient(50rem 34rem at 105% 108%, var(--glow), transparent 70%), var(--page);
}
main {
  align-self: center; width: 100%; max-width: 29rem; padding: 2.25rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px;
  box-shadow: 0 1px 2px rgb(12 31 56 / 6%), 0 18px 48px -16px rgb(12 31 56 / 26%);
}
main.wide { max-width: 44rem; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 600; color: var(--soft); font-size: .95rem; }
.brand svg { width: 26px; height: 26px; flex: none; }
.brand small { font-weight: 400; font-size: inherit; }
h1 { font-size: 1.6rem; line-height: 1.2; font-weight: 600; margin: 1.4rem 0 .35rem; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: .8rem; font-weight: 600; color: var(--soft); margin: 1.4rem 0 .5rem; display: flex; gap: .5rem; justify-content: space-between; }
h2 span { font-weight: 400; }
p { margin: .35rem 0; }
.soft { color: var(--soft); font-size: .92rem; }
.tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; padding: 0; margin: 0; list-style: none; }
.tile {
  width: 100%; display: flex; align-items: center; gap: .75rem; padding: .6rem .75rem; text-align: start; font: inherit;
  color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 10px; cursor: pointer;
}
.tile:hover { background: var(--tint); border-color: var(--accent); }
.tile .who { min-width: 0; flex: 1; }
.tile b, .identity b { display: block; font-weight: 600; font-size: .95rem; }
.tile .mail, .identity .mail { display: block; color: var(--soft); font-size: .82rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge { font-size: .72rem; font-weight: 600; color: var(--accent); background: var(--tint); border-radius: 99px; padding: .05rem .5rem; margin-inline-start: .3rem; }
.face {
  flex: none; width: 36px; height: 36px; border-radius: 50%; display: grid; place-items: center; font-size: .8rem;
  font-weight: 600; color: light-dark(#17324f, #e9f2fc);
  background: light-dark(oklch(89% .06 var(--hue)), oklch(42% .07 var(--hue)));
}
.identity { display: flex; align-items: center; gap: .75rem; margin-top: 1.25rem; min-width: 0; }
.identity { padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 10px; }
.identity div { min-width: 0; flex: 1; }
form.address { margin-top: 1.6rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
label { font-size: .88rem; font-weight: 600; }
input[type=email] {
  width: 100%; margin-top: .35rem; padding: .65rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid light-dark(#8a94a1, #6b7787); border-radius: 8px;
}
input[type=email][aria-invalid=true] { border-color: var(--bad); }
.problem { color: var(--bad); background: var(--bad-tint); border-radius: 8px; padding: .6rem .75rem; font-size: .9rem; margin: 1rem 0 0; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; justify-content: flex-end; margin-top: 1.5rem; }
.button {
  font: inherit; font-weight: 600; padding: .6rem 1.35rem; border-radius: 8px; cursor: pointer; min-width: 6.5rem;
  border: 1px solid var(--line); background: var(--card); color: var(--text);
}
.button:hover { background: var(--tint); }
.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.main:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
.link { font: inherit; font-size: .88rem; border: 0; background: none; padding: .2rem 0; color: var(--accent); cursor: pointer; text-decoration: underline; text-underline-offset: 2px; }
.permissions { list-style: none; padding: 0; margin: 1.1rem 0; border-block: 1px solid var(--line); }
.permissions li { display: flex; gap: .75rem; padding: .75rem 0; }
.permissions li + li { border-top: 1px solid var(--line); }
.permissions svg { width: 20px; height: 20px; flex: none; margin-top: .1rem; color: var(--accent); }
.permissions b { display: block; font-weight: 600; font-size: .95rem; }
.check { display: flex; gap: .6rem; align-items: flex-start; background: var(--tint); border-radius: 8px; padding: .75rem; }
.check input { width: 18px; height: 18px; margin: .1rem 0 0; accent-color: var(--accent); flex: none; }
.check small { display: block; font-weight: 400; color: var(--soft); font-size: .82rem; }
code { font-size: .85rem; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: .8rem; text-align: center; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 34rem) {
  body { padding: 0; background: var(--card); gap: 0; }
  main { align-self: start; border: 0; border-radius: 0; box-shadow: none; padding: 1.5rem 1.25rem; max-width: none; }
  main.wide { max-width: none; }
  .tiles { grid-template-columns: minmax(0, 1fr); }
  .actions .button { flex: 1; }
  footer { padding: 1rem; }
}
`
