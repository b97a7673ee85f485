/* The client library of mip-agent: for programs that can only call a DLL. It talks to the agent on this machine over loopback
 * and to nothing else; it keeps no file. Every answer is one JSON text, {"code", "message", "data"}, also when the agent
 * cannot be reached (code AGENT_AWAY) or is not the agent (AGENT_UNPROVEN).
 *
 * A entry points take and give GBK (answers GB18030), whatever the code page of the machine; W entry points UTF-16.
 * On Windows all of them are stdcall, and exported by their plain names.
 */
#ifndef MIP_CLIENT_H
#define MIP_CLIENT_H

#ifdef _WIN32
#define MIP_CALL __declspec(dllexport) __stdcall
#else
#define MIP_CALL __attribute__((visibility("default")))
#endif

#include <stdint.h>

/* What a function returns when the caller made a mistake that no answer can tell of. */
#define MIP_NOT_OPEN (-1)
#define MIP_BAD_ARGUMENT (-2)
#define MIP_NO_MEMORY (-3)

/* Keeps the token for this process. port: 0 for the usual 17600. Returns 0, or a negative number. */
int MIP_CALL MipOpenA(int port, const char *token);
int MIP_CALL MipOpenW(int port, const uint16_t *token);

/* One transaction: code is "6201" and so on, in a JSON text. Writes as much of the answer as fits into out_length bytes
 * (W: UTF-16 units), never half a character, always closed by a zero, and returns the length of the whole answer without
 * that zero. An answer longer than out_length - 1 was cut: MipAnswer gives it again without asking the agent again. */
int MIP_CALL MipCallA(const char *code, const char *in, char *out, int out_length);
int MIP_CALL MipCallW(const uint16_t *code, const uint16_t *in, uint16_t *out, int out_length);

/* The last answer of this thread once more. */
int MIP_CALL MipAnswerA(char *out, int out_length);
int MIP_CALL MipAnswerW(uint16_t *out, int out_length);

/* Forgets the token. */
int MIP_CALL MipClose(void);

#endif
