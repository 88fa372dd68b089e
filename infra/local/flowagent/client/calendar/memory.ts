/** A small choice that this browser remembers. When storage is forbidden or spoilt, it lasts as long as the page. */
export function remembered<T>(name: string, initial: T): { get(): T; set(value: T): void } {
  const key = `flowagent.${name}`
  let value = read(key) ?? initial
  return {
    get: () => value as T,
    set(next) {
      value = next
      try {
        localStorage.setItem(key, JSON.stringify(next))
      } catch (error) {
        console.info('this choice is not remembered', error)
      }
    },
  }
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch (error) {
    console.info('no remembered choice', error)
    return null
  }
}
