/* SM3 and HMAC-SM3 (GB/T 32905), as the agent proves itself and requests are signed with. */
#ifndef SM3_H
#define SM3_H

#include <stddef.h>
#include <stdint.h>

#define SM3_BYTES 32

void sm3(const uint8_t *bytes, size_t length, uint8_t digest[SM3_BYTES]);

/* key: SM3_BYTES, as the agent's keys are. */
void sm3_mac(const uint8_t key[SM3_BYTES], const uint8_t *bytes, size_t length, uint8_t digest[SM3_BYTES]);

#endif
