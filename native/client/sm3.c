/* SM3 (GB/T 32905) and HMAC over it. The library may depend on nothing, and no system brings SM3 along; the tests hold it
 * against openssl. */
#include "sm3.h"

#include <string.h>

#define BLOCK_BYTES 64

static const uint32_t start[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                                  0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

struct state {
  uint32_t words[8];
  uint8_t block[BLOCK_BYTES];
  size_t used;
  uint64_t length; /* bytes */
};

static uint32_t rotate(uint32_t word, unsigned count) {
  count &= 31;
  return count == 0 ? word : (word << count) | (word >> (32 - count));
}

static uint32_t permute_0(uint32_t word) { return word ^ rotate(word, 9) ^ rotate(word, 17); }
static uint32_t permute_1(uint32_t word) { return word ^ rotate(word, 15) ^ rotate(word, 23); }

static void compress(struct state *state) {
  uint32_t w[68];
  for (unsigned i = 0; i < 16; i++) {
    const uint8_t *at = state->block + 4 * i;
    w[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  }
  for (unsigned i = 16; i < 68; i++) {
    w[i] = permute_1(w[i - 16] ^ w[i - 9] ^ rotate(w[i - 3], 15)) ^ rotate(w[i - 13], 7) ^ w[i - 6];
  }
  uint32_t a = state->words[0], b = state->words[1], c = state->words[2], d = state->words[3];
  uint32_t e = state->words[4], f = state->words[5], g = state->words[6], h = state->words[7];
  for (unsigned i = 0; i < 64; i++) {
    uint32_t ss1 = rotate(rotate(a, 12) + e + rotate(i < 16 ? 0x79cc4519u : 0x7a879d8au, i), 7);
    uint32_t ss2 = ss1 ^ rotate(a, 12);
    uint32_t ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    uint32_t gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    uint32_t tt1 = ff + d + ss2 + (w[i] ^ w[i + 4]);
    uint32_t tt2 = gg + h + ss1 + w[i];
    d = c;
    c = rotate(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = rotate(f, 19);
    f = e;
    e = permute_0(tt2);
  }
  const uint32_t next[8] = {a, b, c, d, e, f, g, h};
  for (unsigned i = 0; i < 8; i++) state->words[i] ^= next[i];
  state->used = 0;
}

static void begin(struct state *state) {
  memcpy(state->words, start, sizeof start);
  state->used = 0;
  state->length = 0;
}

static void add(struct state *state, const uint8_t *bytes, size_t length) {
  state->length += length;
  while (length > 0) {
    size_t some = BLOCK_BYTES - state->used;
    if (some > length) some = length;
    memcpy(state->block + state->used, bytes, some);
    state->used += some;
    bytes += some;
    length -= some;
    if (state->used == BLOCK_BYTES) compress(state);
  }
}

static void finish(struct state *state, uint8_t digest[SM3_BYTES]) {
  uint64_t bits = state->length * 8;
  const uint8_t one = 0x80, zero = 0;
  add(state, &one, 1);
  while (state->used != BLOCK_BYTES - 8) add(state, &zero, 1);
  uint8_t tail[8];
  for (unsigned i = 0; i < 8; i++) tail[i] = (uint8_t)(bits >> (56 - 8 * i));
  add(state, tail, sizeof tail);
  for (unsigned i = 0; i < SM3_BYTES; i++) digest[i] = (uint8_t)(state->words[i / 4] >> (24 - 8 * (i % 4)));
}

void sm3(const uint8_t *bytes, size_t length, uint8_t digest[SM3_BYTES]) {
  struct state state;
  begin(&state);
  add(&state, bytes, length);
  finish(&state, digest);
}

void sm3_mac(const uint8_t key[SM3_BYTES], const uint8_t *bytes, size_t length, uint8_t digest[SM3_BYTES]) {
  uint8_t pad[BLOCK_BYTES] = {0};
  struct state state;
  memcpy(pad, key, SM3_BYTES);
  for (unsigned i = 0; i < BLOCK_BYTES; i++) pad[i] ^= 0x36;
  begin(&state);
  add(&state, pad, sizeof pad);
  add(&state, bytes, length);
  finish(&state, digest);
  for (unsigned i = 0; i < BLOCK_BYTES; i++) pad[i] ^= 0x36 ^ 0x5c;
  begin(&state);
  add(&state, pad, sizeof pad);
  add(&state, digest, SM3_BYTES);
  finish(&state, digest);
}
