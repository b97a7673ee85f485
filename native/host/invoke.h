/* Calls a function of any library, whoever cleans the stack. */
#ifndef HOST_INVOKE_H
#define HOST_INVOKE_H

#include "protocol.h"

#include <stdint.h>

/* Passes all four, whatever the function takes: it reads the first ones, and the rest does no harm.
 *
 * On 32-bit x86 a stdcall function removes its arguments from the stack and a cdecl function leaves them, and nothing in
 * the library says which it is. The stack pointer is kept in a register that both preserve and is put back afterwards.
 * Everywhere else there is one convention, and the caller cleans up. */
static inline void *invoke(void *function, void *const arguments[MAX_ARGUMENTS]) {
#ifdef __i386__
  void *returned;
  __asm__ volatile(
      "movl %%esp, %%ebx\n\t"
      "andl $-16, %%esp\n\t"
      "pushl 12(%%esi)\n\t"
      "pushl 8(%%esi)\n\t"
      "pushl 4(%%esi)\n\t"
      "pushl (%%esi)\n\t"
      "call *%%eax\n\t"
      "movl %%ebx, %%esp"
      : "=a"(returned)
      : "0"(function), "S"(arguments)
      : "ebx", "ecx", "edx", "memory", "cc");
  return returned;
#else
  typedef void *(*any_function)(void *, void *, void *, void *);
  any_function call;
  __builtin_memcpy(&call, &function, sizeof call);
  return call(arguments[0], arguments[1], arguments[2], arguments[3]);
#endif
}

#endif
