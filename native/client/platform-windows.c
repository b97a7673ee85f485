/* platform.h for Windows, from Windows 7 on. */
#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include "platform.h"

#include <stdlib.h>

/* RtlGenRandom: in advapi32 of every Windows, and needs no provider to be opened. */
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);

static CRITICAL_SECTION section;
static DWORD slot = TLS_OUT_OF_INDEXES;
static INIT_ONCE started = INIT_ONCE_STATIC_INIT;
static int has_sockets;

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID unused) {
  (void)library;
  (void)unused;
  switch (reason) {
    case DLL_PROCESS_ATTACH:
      InitializeCriticalSection(&section);
      slot = TlsAlloc();
      return slot != TLS_OUT_OF_INDEXES;
    case DLL_THREAD_DETACH:
      free(TlsGetValue(slot));
      break;
    case DLL_PROCESS_DETACH:
      free(TlsGetValue(slot));
      TlsFree(slot);
      DeleteCriticalSection(&section);
      break;
  }
  return TRUE;
}

/* Not in DllMain, where winsock may not be started. */
static BOOL CALLBACK start_sockets(PINIT_ONCE once, PVOID unused, PVOID *context) {
  (void)once;
  (void)unused;
  (void)context;
  WSADATA data;
  has_sockets = WSAStartup(MAKEWORD(2, 2), &data) == 0;
  return TRUE;
}

static int wait_for(connection one, int to_write, int wait_ms) {
  fd_set watched, broken;
  FD_ZERO(&watched);
  FD_SET((SOCKET)one, &watched);
  broken = watched;
  struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
  int found = select(0, to_write ? NULL : &watched, to_write ? &watched : NULL, &broken, &wait);
  return found > 0 && FD_ISSET((SOCKET)one, &watched);
}

connection open_loopback(int port, int wait_ms) {
  InitOnceExecuteOnce(&started, start_sockets, NULL, NULL);
  if (!has_sockets) return NO_CONNECTION;
  SOCKET one = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (one == INVALID_SOCKET) return NO_CONNECTION;
  /* A program that this one starts must not keep the connection open. */
  SetHandleInformation((HANDLE)one, HANDLE_FLAG_INHERIT, 0);
  u_long on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (ioctlsocket(one, (long)FIONBIO, &on) != 0 ||
      (connect(one, (struct sockaddr *)&address, sizeof address) != 0 &&
       (WSAGetLastError() != WSAEWOULDBLOCK || !wait_for((connection)one, 1, wait_ms)))) {
    closesocket(one);
    return NO_CONNECTION;
  }
  setsockopt(one, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
  return (connection)one;
}

void close_connection(connection one) { closesocket((SOCKET)one); }

int send_all(connection one, const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    int sent = send((SOCKET)one, at, (int)length, 0);
    if (sent < 0 && WSAGetLastError() == WSAEWOULDBLOCK && wait_for(one, 1, 10000)) continue;
    if (sent <= 0) return 0;
    at += sent;
    length -= (size_t)sent;
  }
  return 1;
}

long receive_some(connection one, void *bytes, size_t length, int wait_ms) {
  if (!wait_for(one, 0, wait_ms)) return -1;
  return recv((SOCKET)one, bytes, (int)length, 0);
}

int fill_random(uint8_t *bytes, size_t length) { return SystemFunction036(bytes, (ULONG)length); }

int64_t monotonic_ms(void) { return (int64_t)GetTickCount64(); }

void pause_ms(int wait_ms) { Sleep((DWORD)wait_ms); }

void lock(void) { EnterCriticalSection(&section); }
void unlock(void) { LeaveCriticalSection(&section); }

void *thread_pointer(void) { return TlsGetValue(slot); }
int set_thread_pointer(void *pointer) { return TlsSetValue(slot, pointer) != 0; }
