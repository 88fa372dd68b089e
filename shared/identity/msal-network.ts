import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node'

/** Makes the signal that ends what it is given to, the reading of an answer's body included. */
export type Patience = () => AbortSignal

/**
 * How MSAL reaches Entra and the identity endpoint. Its own client sets no limit, and `fetch` waits five minutes for an
 * answer: as long as the host lets a function run before it ends the process. What fails here is a `network_error` to
 * MSAL, whatever it is.
 */
export function createMsalNetwork(patience: Patience): INetworkModule {
  async function send<Body>(
    method: string,
    url: string,
    { headers = {}, body = null }: Sent = {},
  ): Promise<NetworkResponse<Body>> {
    const answer = await fetch(url, { method, headers, body, signal: patience() })
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: (await answer.json()) as Body,
    }
  }

  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  }
}

type Sent = Pick<NetworkRequestOptions, 'headers'> & { readonly body?: string | null }
