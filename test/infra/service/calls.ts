import { readdirSync, readFileSync } from 'node:fs'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { ServiceBusClient } from '@azure/service-bus'
import { BlobClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob'

const CONNECTION = 'Endpoint=sb://nowhere.example/;SharedAccessKeyName=none;SharedAccessKey=none'

const methods = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => !/^(_|constructor$|close$)/.test(name))

/** Every method of the clients of each library, as the installed version has them. They open no connection. */
function libraries(): Readonly<Record<string, readonly string[]>> {
  const bus = new ServiceBusClient(CONNECTION)
  const clients = [bus, bus.createSender('none'), bus.createReceiver('none')].map((client) =>
    Object.getPrototypeOf(client),
  )
  return {
    '@azure/data-tables': [TableClient, TableServiceClient].flatMap(({ prototype }) => methods(prototype)),
    '@azure/keyvault-keys': [KeyClient, CryptographyClient].flatMap(({ prototype }) => methods(prototype)),
    '@azure/service-bus': clients.flatMap(methods),
    '@azure/storage-blob': [ContainerClient, BlobClient, BlockBlobClient].flatMap(({ prototype }) =>
      methods(prototype),
    ),
  }
}

/** The calls of Azure's libraries in the code: `@azure/data-tables getEntity`. */
export function callsIn(source: string): string[] {
  return Object.entries(libraries()).flatMap(([library, names]) => {
    if (!source.includes(`'${library}'`)) return []
    const called = new Set([...source.matchAll(/\.(\w+)\(/g)].map(([, name = '']) => name))
    return [...new Set(names)].filter((name) => called.has(name)).map((name) => `${library} ${name}`)
  })
}

/** All of the product's. */
export function calls(): string[] {
  const files = ['shared', 'functions'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  const sources = files.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(name, 'utf8'))
  return [...new Set(sources.flatMap(callsIn))].sort()
}
