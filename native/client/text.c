/* text.h, by hand: a C library has no conversion that does not depend on the machine's settings. */
#include "text.h"

#include <stdlib.h>

uint32_t next_character(const uint8_t *text, size_t length, size_t *at) {
  uint8_t first = text[(*at)++];
  if (first < 0x80) return first;
  unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  uint32_t character = more == 0 ? 0xfffd : first & (0x3fu >> more);
  for (; more > 0; more--) {
    if (*at >= length || (text[*at] & 0xc0) != 0x80) return 0xfffd;
    character = character << 6 | (text[(*at)++] & 0x3f);
  }
  return character;
}

size_t put_units(uint32_t character, uint16_t units[2]) {
  if (character < 0x10000) {
    units[0] = (uint16_t)character;
    return 1;
  }
  units[0] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
  units[1] = (uint16_t)(0xdc00 + (character & 0x3ff));
  return 2;
}

char *narrow(const uint16_t *units, size_t *length, int *lone) {
  size_t count = 0, used = 0;
  while (units[count] != 0) count++;
  char *text = malloc(count * 3 + 1);
  *lone = 0;
  if (text == NULL) return NULL;
  for (size_t i = 0; i < count; i++) {
    uint32_t c = units[i];
    if ((c & 0xf800) == 0xd800) {
      if ((c & 0x0400) != 0 || (units[i + 1] & 0xfc00) != 0xdc00) {
        *lone = 1;
        break;
      }
      c = 0x10000 + ((c & 0x3ff) << 10) + (units[++i] & 0x3ffu);
    }
    if (c < 0x80) text[used++] = (char)c;
    else {
      unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
      text[used++] = (char)((0xf00u >> (more + 1) & 0xff) | c >> (6 * more));
      while (more-- > 0) text[used++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
    }
  }
  text[used] = 0;
  *length = used;
  return text;
}
