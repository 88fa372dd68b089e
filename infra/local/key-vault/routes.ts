import { type Context, Hono } from 'hono'
import type { Random } from '../../../shared/core/random.ts'
import type { Clock } from '../../../shared/core/time.ts'
import { type KeyOperation, type Keys, type KeyVersion, permit, permitGet } from './keys.ts'
import { sign, unwrap, verify, wrap } from './rsa.ts'
import * as wire from './wire.ts'

interface Dependencies {
  keys: Keys
  clock: Clock
  random: Random
}

/** The vault's own address as the client wrote it, so that key ids lead back to it through a proxy or another name. */
const vaultOf = (context: Context) => new URL(context.req.url).origin

/**
 * The routes under `/keys`, for paths without empty segments: an operation that names no version has none.
 * @see https://learn.microsoft.com/rest/api/keyvault/keys/operation-groups
 */
export function keyRoutes({ keys, clock, random }: Dependencies): Hono {
  const routes = new Hono()
  const operate = (operation: KeyOperation, perform: Perform) =>
    addOperation({ routes, keys, clock }, operation, perform)
  manageRoutes(routes, keys)
  operate('wrapKey', async (context, key) => {
    const { value } = wire.parse(wire.WrapRequest, await context.req.json())
    return wire.operationResult(vaultOf(context), key, wrap(key.privateKey, value))
  })
  operate('unwrapKey', async (context, key) => {
    const { value } = wire.parse(wire.WrapRequest, await context.req.json())
    return wire.operationResult(vaultOf(context), key, unwrap(key.privateKey, value))
  })
  operate('sign', async (context, key) => {
    const { value } = wire.parse(wire.SignRequest, await context.req.json())
    return wire.operationResult(vaultOf(context), key, sign(key.privateKey, value, random.bytes(32)))
  })
  operate('verify', async (context, key) => {
    const { digest, value } = wire.parse(wire.VerifyRequest, await context.req.json())
    return { value: verify(key.privateKey, digest, value) }
  })
  return routes
}

function manageRoutes(routes: Hono, keys: Keys): void {
  routes.post('/:name/create', async (context) => {
    const request = wire.parse(wire.CreateRequest, await context.req.json())
    return context.json(wire.keyBundle(vaultOf(context), await keys.create(context.req.param('name'), request.key_ops)))
  })
  routes.post('/:name/rotate', async (context) => {
    const { name, operations } = keys.find(context.req.param('name'))
    return context.json(wire.keyBundle(vaultOf(context), await keys.create(name, operations)))
  })
  routes.get('/:name/versions', (context) => {
    const value = keys.versions(context.req.param('name')).map((key) => wire.keyItem(vaultOf(context), key))
    return context.json({ value, nextLink: null })
  })
  routes.get('/:name/:version?', (context) => {
    const { name, version } = context.req.param()
    return context.json(wire.keyBundle(vaultOf(context), permitGet(keys.find(name, version))))
  })
  routes.patch('/:name/:version?', async (context) => {
    const { name, version } = context.req.param()
    const { attributes } = wire.parse(wire.UpdateRequest, await context.req.json())
    const key = keys.find(name, version)
    await keys.update(key, wire.changeOf(attributes))
    return context.json(wire.keyBundle(vaultOf(context), key))
  })
}

type Perform = (context: Context, key: KeyVersion) => Promise<object>

function addOperation(
  { routes, keys, clock }: { routes: Hono; keys: Keys; clock: Clock },
  operation: KeyOperation,
  perform: Perform,
): void {
  const answer = async (context: Context) => {
    const key = keys.find(context.req.param('name') ?? '', context.req.param('version'))
    permit(key, operation, clock.now() / 1000)
    return context.json(await perform(context, key))
  }
  routes.post(`/:name/${operation.toLowerCase()}`, answer)
  routes.post(`/:name/:version/${operation.toLowerCase()}`, answer)
}
