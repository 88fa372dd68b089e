import { app } from '@azure/functions'
import { inInvocation, tellTheRest } from '../shared/app.ts'

// Not a function: around every function, so that none of them has to think of its span, its durations and its log lines.
app.hook.preInvocation((call) => {
  const handler = call.functionHandler
  call.functionHandler = (input, context) => inInvocation(context, input, () => handler(input, context))
})

// What is measured when the instance ends is stored and sent, as far as there is time.
app.hook.appTerminate(() => tellTheRest())
