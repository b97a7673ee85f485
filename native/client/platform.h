/* What differs between systems: a loopback connection with deadlines, randomness, a lock, and one pointer a thread. */
#ifndef CLIENT_PLATFORM_H
#define CLIENT_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

typedef intptr_t connection;
#define NO_CONNECTION ((connection)-1)

/* To 127.0.0.1 and nowhere else. NO_CONNECTION when nobody listens or it takes longer than wait_ms. */
connection open_loopback(int port, int wait_ms);
void close_connection(connection one);
/* All of it, or 0. */
int send_all(connection one, const void *bytes, size_t length);
/* At least a byte; 0 at the end of the stream, -1 when it broke or wait_ms passed without one. */
long receive_some(connection one, void *bytes, size_t length, int wait_ms);

int fill_random(uint8_t *bytes, size_t length);
int64_t monotonic_ms(void);
void pause_ms(int wait_ms);

void lock(void);
void unlock(void);

/* The last answer of this thread, freed by `free` when the thread ends. */
void *thread_pointer(void);
int set_thread_pointer(void *pointer);

#endif
