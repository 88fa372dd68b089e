/** Parts of a subscription's `clientState`: which account and which of its calendars it is for. */
export interface Subscribed {
  readonly account: string
  readonly calendar: string
}

/** 22 characters of account, 22 of calendar and 43 of MAC, with two dots: 89 of the 128 Graph allows. */
const SHAPE = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

export interface ClientStates {
  issue(subscribed: Subscribed): string
  /** @returns undefined for every text that we did not issue; compared in constant time. */
  verify(clientState: string): Subscribed | undefined
}

export interface ClientStateKey {
  /** base64url of a 32-byte MAC over the two parts. */
  mac(account: string, calendar: string): string
  equal(a: string, b: string): boolean
}

/** Self-contained, so that the webhook can judge a notification without reading anything. */
export function createClientStates({ mac, equal }: ClientStateKey): ClientStates {
  return {
    issue: ({ account, calendar }) => `${account.slice('acc_'.length)}.${calendar}.${mac(account, calendar)}`,
    verify(clientState) {
      const [, token = '', calendar = '', given = ''] = SHAPE.exec(clientState) ?? []
      const account = `acc_${token}`
      return equal(given, mac(account, calendar)) && token !== '' ? { account, calendar } : undefined
    },
  }
}
