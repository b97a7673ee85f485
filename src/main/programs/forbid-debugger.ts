// Owns that SIGUSR1 opens no debugger of Node: whoever reaches its port, any user of the machine, runs code as the agent's user.
// Each program imports this file first.
process.on('SIGUSR1', () => undefined)
