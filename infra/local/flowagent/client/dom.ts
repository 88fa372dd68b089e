type Child = Node | string | undefined

/** A new element. `attributes` that are undefined are left out; words become text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value)
  node.append(...children.filter((child) => child !== undefined))
  return node
}

/** The element of the page with this id. @throws when the page has none of this kind, which is a mistake of ours. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const node = document.getElementById(id)
  if (!(node instanceof kind)) throw new Error(`the page has no #${id}`)
  return node
}

export const icon = (glyph: string): HTMLElement =>
  element('span', { class: `icon icon--${glyph}`, 'aria-hidden': 'true' })

export function button(name: string, kind: string, onClick: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: `button ${kind}` }, name)
  node.addEventListener('click', onClick)
  return node
}
