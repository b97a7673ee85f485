/* What a fuzzer asks of the request reader: whatever the bytes are, it stays within them; and what it takes it has
 * understood to the last byte, for writing it again gives the same JSON. The entry point is libFuzzer's. */
#include "../protocol.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_request(struct frame *frame, const struct request *request) {
  const int is_call = request->kind == REQUEST_CALL;
  add_text(frame, is_call ? "{\"type\":\"call\",\"id\":" : "{\"type\":\"ping\",\"id\":");
  add_number(frame, request->id);
  if (is_call) {
    add_text(frame, ",\"function\":\"");
    add_text(frame, request->function);
    add_text(frame, "\",\"arguments\":[");
    for (int i = 0; i < request->argument_count; i++) {
      const struct argument *argument = &request->arguments[i];
      if (i > 0) add_text(frame, ",");
      if (argument->text == NULL) add_number(frame, argument->cap_bytes);
      else add_base64(frame, argument->text, argument->text_bytes);
    }
    add_text(frame, "],\"deadlineMs\":");
    add_number(frame, request->deadline_ms);
  }
  add_text(frame, "}");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  /* A copy of exactly this size, so that a sanitizer sees one byte too many. */
  char *json = malloc(length > 0 ? length : 1);
  if (json == NULL) abort();
  if (length > 0) memcpy(json, bytes, length);
  struct request request;
  if (read_request(json, length, &request)) {
    struct frame frame;
    start_frame(&frame);
    write_request(&frame, &request);
    if (!finish_frame(&frame)) abort();
    if (frame.used - FRAME_HEAD_BYTES != length) abort();
    if (memcmp(frame.bytes + FRAME_HEAD_BYTES, json, length) != 0) abort();
    free_frame(&frame);
    free_request(&request);
  }
  free(json);
  return 0;
}
