import { el } from './dom.ts'

/** The list of invited addresses: what is typed becomes a chip at a comma, Enter or when the field is left. */
export interface Attendees {
  get(): string[]
  set(addresses: readonly string[]): void
}

export function createAttendees(chips: HTMLElement, input: HTMLInputElement): Attendees {
  let addresses: string[] = []

  function draw(): void {
    chips.replaceChildren(...addresses.map(chip))
  }

  function chip(address: string): HTMLElement {
    const button = el('button', { type: 'button', className: 'chip-remove', ariaLabel: `Remove ${address}` }, '×')
    button.addEventListener('click', () => {
      addresses = addresses.filter((one) => one !== address)
      draw()
      input.focus()
    })
    return el('span', { className: 'chip', role: 'listitem' }, address, button)
  }

  function take(): void {
    const typed = input.value.split(/[,;\s]+/).filter((text) => text.includes('@'))
    if (typed.length === 0) return
    addresses = [...new Set([...addresses, ...typed])]
    input.value = ''
    draw()
  }

  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      take()
    }
    if (event.key === 'Backspace' && input.value === '') {
      addresses = addresses.slice(0, -1)
      draw()
    }
  })
  input.addEventListener('change', take)

  return {
    get() {
      take()
      return addresses
    },
    set(given) {
      addresses = [...given]
      input.value = ''
      draw()
    },
  }
}
