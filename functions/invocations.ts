import { app } from '@azure/functions'
import { inInvocation } from '../shared/app.ts'

// Around every function, so that none of them has to think of its span and of whose lines the log writes.
app.hook.preInvocation((call) => {
  const handler = call.functionHandler
  call.functionHandler = (input, context) => inInvocation(context, input, () => handler(input, context))
})
