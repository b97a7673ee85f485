// A program beside the bench: a route of fastify that parses a body and answers, and does nothing else. Options on stdin: {}.
import Fastify from 'fastify'

const app = Fastify({ logger: false, bodyLimit: 8 * 1024 * 1024 })
app.post('/', () => ({ code: '0', message: '', data: {} }))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
process.stdout.write(`${JSON.stringify({ url })}\n`)
