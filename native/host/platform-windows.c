/* Owns what the host needs of Windows. See platform.h.
 *
 * The agent hands file descriptor 3 over the way the C runtime does, in the start-up information. Where that is not
 * possible (a program started by wine from Linux), the frames go to what was stdout, taken away from the library first.
 */
#define _WIN32_WINNT 0x0601
#define PSAPI_VERSION 2
#include "platform.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARD_BYTES (1024u * 1024)
#define PATH_CAP 4096
#define MAX_ARGUMENTS_GIVEN 32

static HANDLE requests, replies;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE news[2];

static char *to_utf8(const wchar_t *wide) {
  const int length = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
  char *text = malloc((size_t)length + 1);
  if (text == NULL) end_process(3);
  WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, length, NULL, NULL);
  return text;
}

/* No dialog and no dump: a crash ends the process with the code of its exception. */
static LONG WINAPI end_by_exception(EXCEPTION_POINTERS *exception) {
  TerminateProcess(GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
  return EXCEPTION_EXECUTE_HANDLER;
}

int wmain(int count, wchar_t **wide) {
  /* No report of errors, of programs that the library starts as well: they inherit it. */
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  SetUnhandledExceptionFilter(end_by_exception);
  /* Else abort() of this C runtime asks the user, in a window, what to do. */
  _set_error_mode(_OUT_TO_STDERR);
  InitializeCriticalSection(&section);
  char *arguments[MAX_ARGUMENTS_GIVEN];
  if (count > MAX_ARGUMENTS_GIVEN) count = MAX_ARGUMENTS_GIVEN;
  for (int i = 0; i < count; i++) arguments[i] = to_utf8(wide[i]);
  run_host(count, arguments);
}

static HANDLE copy_handle(HANDLE handle) {
  HANDLE copy = NULL;
  const HANDLE self = GetCurrentProcess();
  if (handle == INVALID_HANDLE_VALUE || handle == NULL) return NULL;
  return DuplicateHandle(self, handle, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS) ? copy : NULL;
}

int claim_channels(void) {
  requests = copy_handle(GetStdHandle(STD_INPUT_HANDLE));
  replies = copy_handle((HANDLE)_get_osfhandle(3));
  if (replies == NULL) replies = copy_handle(GetStdHandle(STD_OUTPUT_HANDLE));
  if (requests == NULL || replies == NULL) return 0;
  /* Both this C runtime's and any other's, which looks at the handles when it is loaded. */
  const int nothing = _open("NUL", _O_RDWR);
  if (nothing < 0) return 0;
  _dup2(nothing, 0);
  _dup2(nothing, 1);
  SetStdHandle(STD_INPUT_HANDLE, (HANDLE)_get_osfhandle(0));
  SetStdHandle(STD_OUTPUT_HANDLE, (HANDLE)_get_osfhandle(1));
  return 1;
}

int read_channel(void *bytes, size_t length) {
  for (char *at = bytes; length > 0;) {
    DWORD got = 0;
    if (!ReadFile(requests, at, (DWORD)length, &got, NULL) || got == 0) return 0;
    at += got;
    length -= got;
  }
  return 1;
}

int write_channel(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    DWORD written = 0;
    if (!WriteFile(replies, at, (DWORD)length, &written, NULL) || written == 0) return 0;
    at += written;
    length -= written;
  }
  return 1;
}

_Noreturn void end_process(int status) {
  TerminateProcess(GetCurrentProcess(), (UINT)status);
  for (;;) Sleep(INFINITE);
}

void lock(void) {
  EnterCriticalSection(&section);
}

void unlock(void) {
  LeaveCriticalSection(&section);
}

void wake(enum sleeper sleeper) {
  WakeConditionVariable(&news[sleeper]);
}

void sleep_until(enum sleeper sleeper, uint64_t until_us) {
  const uint64_t now = now_us();
  DWORD wait_ms = INFINITE;
  if (until_us != NEVER) wait_ms = until_us <= now ? 0 : (DWORD)((until_us - now) / 1000 + 1);
  SleepConditionVariableCS(&news[sleeper], &section, wait_ms);
}

static DWORD WINAPI run_thread(LPVOID run) {
  void (*function)(void);
  memcpy(&function, &run, sizeof function);
  function();
  return 0;
}

void start_thread(void (*run)(void)) {
  void *argument;
  memcpy(&argument, &run, sizeof argument);
  HANDLE thread = CreateThread(NULL, 64 * 1024, run_thread, argument, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
  if (thread == NULL) end_process(3);
  CloseHandle(thread);
}

uint64_t now_us(void) {
  LARGE_INTEGER now, frequency;
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  const uint64_t count = (uint64_t)now.QuadPart, per_second = (uint64_t)frequency.QuadPart;
  return count / per_second * 1000000 + count % per_second * 1000000 / per_second;
}

uint32_t process_id(void) {
  return GetCurrentProcessId();
}

uint64_t memory_kb(void) {
  PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};
  return GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters) ? counters.PagefileUsage / 1024 : 0;
}

void *load_library(const char *path, uint32_t *code, char *message, size_t capacity) {
  wchar_t given[PATH_CAP], full[PATH_CAP];
  *code = LOAD_MISSING_FILE;
  if (capacity > 0) message[0] = 0;
  if (MultiByteToWideChar(CP_UTF8, 0, path, -1, given, PATH_CAP) == 0) return NULL;
  const DWORD length = GetFullPathNameW(given, PATH_CAP, full, NULL);
  if (length == 0 || length >= PATH_CAP) return NULL;
  /* What it depends on is looked for in its own folder first. */
  HMODULE library = LoadLibraryExW(full, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (library == NULL) *code = GetLastError();
  return library;
}

void *find_function(void *library, const char *name) {
  const FARPROC found = GetProcAddress(library, name);
  void *address;
  memcpy(&address, &found, sizeof address);
  return address;
}

int allocate_guarded(struct guarded *guarded, size_t length) {
  SYSTEM_INFO system;
  GetSystemInfo(&system);
  const size_t page = system.dwPageSize, used = (length + page - 1) / page * page;
  guarded->length = length;
  guarded->area_bytes = page + used + GUARD_BYTES;
  guarded->area = VirtualAlloc(NULL, guarded->area_bytes, MEM_RESERVE, PAGE_NOACCESS);
  if (guarded->area == NULL) return 0;
  unsigned char *writable = (unsigned char *)guarded->area + page;
  guarded->bytes = writable + used - length;
  return VirtualAlloc(writable, used, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

void free_guarded(struct guarded *guarded) {
  VirtualFree(guarded->area, 0, MEM_RELEASE);
}

static void (*on_fault)(const void *address);

/* Sees every exception before the library's own handlers do, so that none of them hides an overrun. */
static LONG CALLBACK look_at_exception(EXCEPTION_POINTERS *exception) {
  const EXCEPTION_RECORD *record = exception->ExceptionRecord;
  if (record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION && record->NumberParameters >= 2) {
    on_fault((const void *)record->ExceptionInformation[1]);
  }
  return EXCEPTION_CONTINUE_SEARCH;
}

void watch_faults(void (*fault)(const void *address)) {
  on_fault = fault;
  AddVectoredExceptionHandler(1, look_at_exception);
}
