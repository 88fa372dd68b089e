/** What a page can say about what was just done, by the code in its address. */
const MESSAGES = {
  revoked: 'Done. The program may no longer use your calendar.',
  disconnected: 'Done. No program may use your calendar any more.',
  'signed-out': 'You are signed out.',
} as const

export type MessageCode = keyof typeof MESSAGES

/** The page with a message. */
export const mePath = (message?: MessageCode): string => (message === undefined ? '/me' : `/me?done=${message}`)

/** @returns undefined for every code that is not one of ours: nothing of an address is ever shown. */
export const messageOf = (code: string | undefined): string | undefined =>
  Object.entries(MESSAGES).find(([known]) => known === code)?.[1]
