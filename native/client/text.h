/* Between UTF-8 and UTF-16. */
#ifndef CLIENT_TEXT_H
#define CLIENT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The next character of UTF-8 text that the agent wrote; what is not UTF-8 counts as U+FFFD. */
uint32_t next_character(const uint8_t *text, size_t length, size_t *at);

/* A character as UTF-16; returns how many units. */
size_t put_units(uint32_t character, uint16_t units[2]);

/* UTF-16 to UTF-8, closed by a zero and freed by the caller; NULL without memory. *lone: there was a lone surrogate. */
char *narrow(const uint16_t *units, size_t *length, int *lone);

#endif
