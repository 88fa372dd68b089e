import * as z from 'zod'
import { CHANGING_SCOPES, FREE_BUSY_SCOPES } from '../../../integrators/scopes.ts'
import { ChannelAnswer, ChannelsAnswer } from '../../channels/channel-api.ts'
import { ChannelRequest } from '../../channels/channel-request.ts'
import { ACCOUNT_GONE } from '../answers.ts'
import type { Group } from '../endpoint.ts'

export const channelsGroup: Group = {
  name: 'Channels',
  description: 'Where you are told of changes. Every notification is signed with each of your secrets.',
  endpoints: [
    {
      id: 'createChannel',
      method: 'POST',
      path: '/v1/channels',
      summary: 'Open a channel',
      description:
        'The same request gives the same channel. A scope for changing events is enough with `only_managed`.',
      access: { token: [...new Set([...FREE_BUSY_SCOPES, ...CHANGING_SCOPES])] },
      body: { schema: ChannelRequest, example: { callback_url: 'https://contoso.example/changes' } },
      answers: { 200: { means: 'The channel.', body: ChannelAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'listChannels',
      method: 'GET',
      path: '/v1/channels',
      summary: 'List your channels',
      access: { token: [] },
      answers: { 200: { means: 'The channels, oldest first.', body: ChannelsAnswer }, 404: ACCOUNT_GONE },
    },
    {
      id: 'closeChannel',
      method: 'DELETE',
      path: '/v1/channels/{channel_id}',
      summary: 'Close a channel',
      access: { token: [] },
      params: { channel_id: z.string().meta({ examples: ['chn_dGhpcyBpcyBhIGNoYW5uZWw'] }) },
      answers: { 202: { means: 'It is closed.' } },
    },
  ],
}
