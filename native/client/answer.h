/* The last answer of a thread, and handing over as much of it as the caller has room for. */
#ifndef CLIENT_ANSWER_H
#define CLIENT_ANSWER_H

#include "fault.h"
#include "http.h"

/* Bytes of GB18030, or units of UTF-16 for a wide caller. */
struct answer;

/* NULL without memory. */
struct answer *answer_of_reply(const struct reply *reply, int is_wide);
struct answer *answer_of_fault(const struct fault *fault, int is_wide);

/* Keeps the answer for this thread and hands over what fits. NULL is MIP_NO_MEMORY. */
int finish(struct answer *answer, void *out, int out_length);
int hand_over_again(int is_wide, void *out, int out_length);

#endif
