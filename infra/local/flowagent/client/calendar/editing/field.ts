import { element, icon } from '../../dom.ts'

/** One row of the form: a glyph, its controls, and what is wrong with them. */
export interface Row {
  node: HTMLElement
  /** Says what is wrong with the row's controls, or with these of them; nothing when undefined. */
  complain(sentence: string | undefined, controls?: readonly HTMLElement[]): void
}

let rows = 0

export function row(glyph: string | undefined, ...content: (HTMLElement | undefined)[]): Row {
  const id = `row-${++rows}`
  const error = element('p', { class: 'field-error', id, hidden: '' })
  const mark = glyph === undefined ? element('span', { 'aria-hidden': 'true' }) : icon(glyph)
  const body = element('div', { class: 'field-body' }, ...content, error)
  const node = element('div', { class: 'field' }, mark, body)
  return {
    node,
    complain(sentence, controls) {
      error.textContent = sentence ?? ''
      error.hidden = sentence === undefined
      const all = body.querySelectorAll<HTMLElement>('input, select, textarea')
      for (const control of all) {
        control.removeAttribute('aria-invalid')
        control.removeAttribute('aria-describedby')
      }
      for (const control of sentence === undefined ? [] : (controls ?? all)) {
        control.setAttribute('aria-invalid', 'true')
        control.setAttribute('aria-describedby', id)
      }
    },
  }
}

/** A control under its name. */
export function labelled(name: string, control: HTMLElement, kind = ''): HTMLElement {
  return element('label', { class: `labelled ${kind}` }, element('span', { class: 'label' }, name), control)
}

/** A name beside a box to tick. */
export function ticked(name: string, box: HTMLInputElement): HTMLElement {
  box.style.setProperty('--calendar', 'var(--brand)')
  return element('label', { class: 'ticked' }, box, element('span', {}, name))
}

export const tick = (isTicked: boolean): HTMLInputElement => {
  const box = element('input', { type: 'checkbox', class: 'switch' })
  box.checked = isTicked
  return box
}

export function input(
  type: string,
  value: string,
  attributes: Record<string, string | undefined> = {},
): HTMLInputElement {
  const node = element('input', { type, class: 'input', autocomplete: 'off', ...attributes })
  node.value = value
  return node
}

export function select(options: readonly (readonly [value: string, name: string])[], value: string): HTMLSelectElement {
  const node = element('select', { class: 'input' }, ...options.map(([key, name]) => new Option(name, key)))
  node.value = value
  return node
}
