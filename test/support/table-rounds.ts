import type { Table, Tables } from '../../shared/storage/table.ts'

/** Tables that answer in rounds, which is what a caller waits for where every request takes equally long. */
export interface TableRounds {
  through(tables: Tables): Tables
  /** @returns how many requests of `act` were made one after the other; those that were made at once count as one. */
  of(act: () => Promise<unknown>): Promise<number>
}

/** Longer than the service works between one answer and the request that follows from it. */
const SILENCE_MS = 20

export function createTableRounds(): TableRounds {
  let isCounting = false
  let rounds = 0
  let waiting: (() => void)[] = []
  let silence: NodeJS.Timeout | undefined

  function answerAll(): void {
    rounds += 1
    const asked = waiting
    waiting = []
    for (const answer of asked) answer()
  }

  async function turn(): Promise<void> {
    if (!isCounting) return
    clearTimeout(silence)
    silence = setTimeout(answerAll, SILENCE_MS)
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  const inRounds = (table: Table): Table => ({
    name: table.name,
    async get(...asked) {
      await turn()
      return table.get(...asked)
    },
    async *range(...asked) {
      await turn()
      let isFirst = true
      for await (const page of table.range(...asked)) {
        if (!isFirst) await turn()
        isFirst = false
        yield page
      }
    },
    async commit(...asked) {
      await turn()
      return table.commit(...asked)
    },
  })

  return {
    through: (tables) => ({ table: (name) => inRounds(tables.table(name)) }),
    async of(act) {
      rounds = 0
      isCounting = true
      try {
        await act()
        return rounds
      } finally {
        isCounting = false
      }
    },
  }
}
