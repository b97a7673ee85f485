/* The frames of src/contract/host/host-protocol.ts as C values: reading requests, writing replies. No input, no output. */
#ifndef HOST_PROTOCOL_H
#define HOST_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD_BYTES 4u
#define FRAME_CAP_BYTES (8u * 1024 * 1024)
/* All output buffers of one call together, so that their base64 fits in a frame. */
#define OUTPUT_CAP_BYTES (5u * 1024 * 1024)
#define MAX_ARGUMENTS 4
#define MAX_NAME_BYTES 64

/* An argument of the library's function: a text that it reads, or a buffer that it writes. */
struct argument {
  char *text; /* NULL for a buffer */
  size_t text_bytes; /* without the NUL that follows them */
  uint32_t cap_bytes; /* of a buffer */
};

struct request {
  enum { REQUEST_CALL, REQUEST_PING } kind;
  uint32_t id;
  char function[MAX_NAME_BYTES + 1];
  int argument_count;
  struct argument arguments[MAX_ARGUMENTS];
  uint32_t deadline_ms;
};

/* Reads the JSON of one frame: exactly the keys of the protocol in their order, no white space. Returns 0 when it is
 * anything else, and then there is nothing to free. */
int read_request(const char *json, size_t length, struct request *request);
void free_request(struct request *request);

/* A frame that is being written, its length in front. `bytes` is NULL from the moment memory ran out. */
struct frame {
  unsigned char *bytes;
  size_t used;
  size_t capacity;
};

void start_frame(struct frame *frame);
void add_text(struct frame *frame, const char *text);
void add_number(struct frame *frame, uint64_t number);
/* The bytes as base64, in quotes. */
void add_base64(struct frame *frame, const void *bytes, size_t length);
/* Writes the length. Returns 0 when memory ran out or the frame is above the cap. */
int finish_frame(struct frame *frame);
void free_frame(struct frame *frame);

#endif
