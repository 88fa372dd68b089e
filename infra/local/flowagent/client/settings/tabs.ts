/**
 * Tabs after the ARIA pattern: arrow keys, Home and End move, and the address remembers the tab.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function startTabs(...tabs: HTMLButtonElement[]): void {
  const select = (chosen: HTMLButtonElement) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen
      tab.setAttribute('aria-selected', String(isChosen))
      tab.tabIndex = isChosen ? 0 : -1
      panelOf(tab)?.toggleAttribute('hidden', !isChosen)
    }
  }
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => {
      select(tab)
      history.replaceState(null, '', `#${tab.getAttribute('aria-controls')}`)
    })
    tab.addEventListener('keydown', (event) => {
      const target = tabs.at(targetOf(event.key, index, tabs.length) ?? index)
      if (target === undefined || target === tab) return
      event.preventDefault()
      target.focus()
      target.click()
    })
  }
  const named = tabs.find((tab) => `#${tab.getAttribute('aria-controls')}` === location.hash)
  if (named !== undefined) select(named)
}

const panelOf = (tab: HTMLElement) => document.getElementById(tab.getAttribute('aria-controls') ?? '')

function targetOf(key: string, index: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (index + 1) % count
  if (key === 'ArrowLeft') return (index - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
