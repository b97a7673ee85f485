/* The decoder host in C: a process of its own that loads one vendor library and calls its functions. The library may
 * crash, hang, print or overrun its buffers; the agent stays up and is told. It knows nothing of charsets or patients.
 *
 * Three threads: the first one alone calls the library, since vendors show windows and keep state per thread; one reads
 * requests, so that the end of the agent is noticed during a call; one watches the deadline. The frames, the arguments
 * and the order of events are those of src/contract/host/host-protocol.ts.
 */
#include "invoke.h"
#include "platform.h"
#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FUNCTIONS 16
#define STATUS_CAP_BYTES 4096

enum exit_status { EXIT_ORPHANED = 0, EXIT_NOT_STARTED = 1, EXIT_PROTOCOL = 2, EXIT_MEMORY = 3, EXIT_UNUSABLE = 4 };

struct function {
  char name[MAX_NAME_BYTES + 1];
  char kinds[MAX_ARGUMENTS + 1]; /* t: a text that it reads, b: a buffer that it writes */
  int returns_pointer;
  char symbol[MAX_NAME_BYTES + 8]; /* the exported name */
  void *address;
};

static struct function functions[MAX_FUNCTIONS];
static int function_count;

/* Under the lock. */
static struct request pending; /* its id is 0 once the first thread has taken it */
static int busy;
static uint64_t deadline_at = NEVER;
static uint64_t watchdog_until = NEVER;
static struct frame overdue;
/* Of the call that runs; also read by a thread that has just faulted. */
static struct guarded outputs[MAX_ARGUMENTS];
static int output_count;
static struct frame overrun;

static void send_frame(struct frame *frame) {
  if (!finish_frame(frame)) end_process(EXIT_MEMORY);
  if (!write_channel(frame->bytes, frame->used)) end_process(EXIT_ORPHANED);
  free_frame(frame);
}

static _Noreturn void fail_to_start(const char *stage, uint32_t code, const char *message) {
  struct frame frame;
  start_frame(&frame);
  add_text(&frame, "{\"type\":\"fatal\",\"stage\":\"");
  add_text(&frame, stage);
  add_text(&frame, "\",\"code\":");
  add_number(&frame, code);
  add_text(&frame, ",\"message\":");
  add_base64(&frame, message, strlen(message));
  add_text(&frame, "}");
  send_frame(&frame);
  end_process(EXIT_NOT_STARTED);
}

/* "EcQuery:tb:int". Returns 0 when the text is anything else. */
static int read_function(const char *text, struct function *function) {
  const char *kinds = strchr(text, ':');
  const char *returns = kinds == NULL ? NULL : strchr(kinds + 1, ':');
  if (returns == NULL) return 0;
  const size_t name_length = (size_t)(kinds - text), kind_count = (size_t)(returns - kinds - 1);
  if (name_length == 0 || name_length > MAX_NAME_BYTES || kind_count == 0 || kind_count > MAX_ARGUMENTS) return 0;
  if (strspn(kinds + 1, "tb") != kind_count) return 0;
  memcpy(function->name, text, name_length);
  memcpy(function->kinds, kinds + 1, kind_count);
  function->returns_pointer = strcmp(returns, ":pointer") == 0;
  return function->returns_pointer || strcmp(returns, ":int") == 0;
}

/* 32-bit compilers decorate stdcall names with the bytes of their arguments: GNU and Microsoft differ, .def files undo it. */
static int find_symbol(void *library, struct function *function) {
  const unsigned bytes = 4u * (unsigned)strlen(function->kinds);
  for (int form = 0; form < 4 && function->address == NULL; form++) {
    const char *prefix = form == 1 || form == 3 ? "_" : "";
    char suffix[8] = "";
    if (form == 1 || form == 2) snprintf(suffix, sizeof suffix, "@%u", bytes & 0xffu);
    snprintf(function->symbol, sizeof function->symbol, "%s%s%s", prefix, function->name, suffix);
    function->address = find_function(library, function->symbol);
  }
  return function->address != NULL;
}

static void open_library(int count, char **arguments) {
  if (count < 3 || count > 2 + MAX_FUNCTIONS) fail_to_start("arguments", 0, "expected: <library> <name:kinds:return>...");
  for (int i = 2; i < count; i++) {
    if (!read_function(arguments[i], &functions[function_count++])) fail_to_start("arguments", 0, arguments[i]);
  }
  uint32_t code = 0;
  char message[1024] = "";
  void *library = load_library(arguments[1], &code, message, sizeof message);
  if (library == NULL) fail_to_start("load", code, message);
  for (int i = 0; i < function_count; i++) {
    if (!find_symbol(library, &functions[i])) fail_to_start("symbol", LOAD_MISSING_SYMBOL, functions[i].name);
  }
}

static void say_ready(void) {
  struct frame frame;
  start_frame(&frame);
  add_text(&frame, "{\"type\":\"ready\",\"bits\":");
  add_number(&frame, sizeof(void *) * 8);
  add_text(&frame, ",\"symbols\":[");
  for (int i = 0; i < function_count; i++) {
    add_text(&frame, i == 0 ? "\"" : ",\"");
    add_text(&frame, functions[i].symbol);
    add_text(&frame, "\"");
  }
  add_text(&frame, "],\"pid\":");
  add_number(&frame, process_id());
  add_text(&frame, "}");
  send_frame(&frame);
}

/* A thread: reads requests until the agent is gone, and ends the process then, also during a call. */
static void read_requests(void) {
  for (;;) {
    unsigned char head[FRAME_HEAD_BYTES];
    if (!read_channel(head, sizeof head)) end_process(EXIT_ORPHANED);
    const size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
    if (length > FRAME_CAP_BYTES) end_process(EXIT_PROTOCOL);
    char *json = malloc(length + 1);
    if (json == NULL) end_process(EXIT_MEMORY);
    if (!read_channel(json, length)) end_process(EXIT_ORPHANED);
    struct request request;
    if (!read_request(json, length, &request)) end_process(EXIT_PROTOCOL);
    free(json);
    lock();
    /* The agent sends nothing before the reply. */
    if (busy) end_process(EXIT_PROTOCOL);
    pending = request;
    busy = 1;
    wake(CALLER);
    unlock();
  }
}

/* A thread: says that the deadline has passed and ends the process, since a call that hangs cannot be ended otherwise. */
static void watch_deadline(void) {
  lock();
  for (;;) {
    if (deadline_at != NEVER && now_us() >= deadline_at) {
      send_frame(&overdue);
      end_process(EXIT_UNUSABLE);
    }
    watchdog_until = deadline_at;
    sleep_until(WATCHDOG, watchdog_until);
  }
}

/* The library touched memory that it may not; above an output buffer that is an answer, elsewhere a crash. */
static void judge_fault(const void *address) {
  const unsigned char *at = address;
  for (int i = 0; i < output_count; i++) {
    const unsigned char *end = (const unsigned char *)outputs[i].area + outputs[i].area_bytes;
    if (at < outputs[i].bytes + outputs[i].length || at >= end) continue;
    write_channel(overrun.bytes, overrun.used);
    end_process(EXIT_UNUSABLE);
  }
}

static void write_failure(struct frame *frame, uint32_t id, const char *error) {
  start_frame(frame);
  add_text(frame, "{\"type\":\"reply\",\"id\":");
  add_number(frame, id);
  add_text(frame, ",\"ok\":false,\"error\":\"");
  add_text(frame, error);
  add_text(frame, "\"}");
  if (!finish_frame(frame)) end_process(EXIT_MEMORY);
}

static void set_deadline(const struct request *request) {
  free_frame(&overrun);
  write_failure(&overrun, request->id, "overrun");
  lock();
  write_failure(&overdue, request->id, "deadline");
  deadline_at = now_us() + (uint64_t)request->deadline_ms * 1000;
  /* Woken only when it would sleep too long: most calls end long before an earlier call's deadline. */
  if (deadline_at < watchdog_until) wake(WATCHDOG);
  unlock();
}

static void clear_deadline(void) {
  lock();
  deadline_at = NEVER;
  busy = 0;
  free_frame(&overdue);
  unlock();
}

static void add_status(struct frame *frame, const struct function *function, const void *returned) {
  if (!function->returns_pointer) {
    char digits[12];
    snprintf(digits, sizeof digits, "%d", (int)(int32_t)(intptr_t)returned);
    add_base64(frame, digits, strlen(digits));
  } else {
    const char *text = returned == NULL ? "" : returned;
    size_t length = 0;
    while (length < STATUS_CAP_BYTES && text[length] != 0) length++;
    add_base64(frame, text, length);
  }
}

static void add_outputs(struct frame *frame) {
  int unterminated = 0;
  add_text(frame, ",\"outputs\":[");
  for (int i = 0; i < output_count; i++) {
    const unsigned char *nul = memchr(outputs[i].bytes, 0, outputs[i].length);
    if (nul == NULL) unterminated = 1;
    if (i > 0) add_text(frame, ",");
    add_base64(frame, outputs[i].bytes, nul == NULL ? outputs[i].length : (size_t)(nul - outputs[i].bytes));
  }
  add_text(frame, unterminated ? "],\"unterminated\":true}" : "],\"unterminated\":false}");
}

/* The function of that name whose arguments are those of the request. */
static const struct function *match_function(const struct request *request) {
  for (int i = 0; i < function_count; i++) {
    if (strcmp(functions[i].name, request->function) != 0) continue;
    if (strlen(functions[i].kinds) != (size_t)request->argument_count) break;
    for (int at = 0; at < request->argument_count; at++) {
      if ((functions[i].kinds[at] == 't') != (request->arguments[at].text != NULL)) return NULL;
    }
    return &functions[i];
  }
  return NULL;
}

static void call_library(struct request *request) {
  const struct function *function = match_function(request);
  if (function == NULL) end_process(EXIT_PROTOCOL);
  void *arguments[MAX_ARGUMENTS] = {NULL};
  for (int i = 0; i < request->argument_count; i++) {
    arguments[i] = request->arguments[i].text;
    if (arguments[i] != NULL) continue;
    struct guarded *output = &outputs[output_count];
    if (!allocate_guarded(output, request->arguments[i].cap_bytes)) end_process(EXIT_MEMORY);
    arguments[i] = output->bytes;
    output_count++;
  }

  set_deadline(request);
  const uint64_t started_us = now_us();
  const void *returned = invoke(function->address, arguments);
  const uint64_t elapsed_us = now_us() - started_us;
  clear_deadline();

  struct frame frame;
  start_frame(&frame);
  add_text(&frame, "{\"type\":\"reply\",\"id\":");
  add_number(&frame, request->id);
  add_text(&frame, ",\"ok\":true,\"status\":");
  add_status(&frame, function, returned);
  add_text(&frame, ",\"elapsedUs\":");
  add_number(&frame, elapsed_us);
  add_text(&frame, ",\"memoryKb\":");
  add_number(&frame, memory_kb());
  add_outputs(&frame);
  while (output_count > 0) free_guarded(&outputs[--output_count]);
  send_frame(&frame);
}

static void answer_ping(const struct request *request) {
  lock();
  busy = 0;
  unlock();
  struct frame frame;
  start_frame(&frame);
  add_text(&frame, "{\"type\":\"pong\",\"id\":");
  add_number(&frame, request->id);
  add_text(&frame, "}");
  send_frame(&frame);
}

_Noreturn void run_host(int count, char **arguments) {
  if (!claim_channels()) end_process(EXIT_NOT_STARTED);
  watch_faults(judge_fault);
  open_library(count, arguments);
  start_thread(read_requests);
  start_thread(watch_deadline);
  say_ready();
  for (;;) {
    lock();
    while (pending.id == 0) sleep_until(CALLER, NEVER);
    struct request request = pending;
    pending.id = 0;
    unlock();
    if (request.kind == REQUEST_PING) answer_ping(&request);
    else call_library(&request);
    free_request(&request);
  }
}
