/* What the simulated vendor libraries share. Each has a source of its own with the vendor's functions, and this.
 *
 * Every code decodes to an invented patient, always the same one for the same code. Names are 测试甲 to 测试癸 and the
 * check digit of the id number (GB 11643) is wrong on purpose, so no real person can be meant.
 *
 * A code that starts with "SIM:" asks for a behaviour; no real code looks like that.
 *   changes, followed by the rest of the code:
 *     SIM:slow:<ms>:   waits first              SIM:noise:       prints to stdout first
 *     SIM:gbk:         replies in GBK           SIM:stack:<KiB>: uses that much stack first
 *     SIM:string:      `data` as a JSON string  SIM:where:       `message` is the working directory
 *     SIM:leak:<KiB>:  never frees that much
 *   endings; the rest of the code is ignored:
 *     SIM:cancel:      code -2, the user closed the window      SIM:refuse:   a business refusal in Chinese
 *     SIM:fail:        status text other than "0000", no reply  SIM:garbage:  a reply that is not JSON
 *     SIM:segv:  SIM:abort:  SIM:exit:<status>:                 ends the process
 *     SIM:hang:  SIM:spin:                                      never returns, asleep or at full load
 *     SIM:fill:<bytes>:      writes that many bytes and a NUL   SIM:open:<bytes>:  the same without the NUL
 *   Example: SIM:slow:300:SIM:gbk:28010001
 */
#ifndef SIMULATED_BEHAVIOUR_H
#define SIMULATED_BEHAVIOUR_H

#include <stddef.h>

#ifdef _WIN32
#define VENDOR_CALL __stdcall
#define VENDOR_EXPORT __declspec(dllexport)
#else
#define VENDOR_CALL
#define VENDOR_EXPORT __attribute__((visibility("default")))
#endif

#define CODE_BYTES 1024

/* Copies the text value of `key` (with its quotes) out of flat JSON; empty when there is none. Knows \" \\ and \/ . */
void read_field(const char *json, const char *key, char *value, size_t capacity);

/* What a library does that drives the scanner itself: it waits MIP_SIM_SCAN_MS milliseconds (1000 when unset) and "scans"
 * the first line of the file that MIP_SIM_SCRIPT names, read anew at every call, or a numbered code when there is no such
 * file. */
void drive_scanner(char *code, size_t capacity);

/* Carries out what the code asks for. Returns NULL when the call went through, and then `out` holds the reply; else the
 * status text. `gbk`: also without being asked to. */
const char *behave(const char *code, const char *org_id, int gbk, char *out);

/* The patient's card as ReadCardBas writes it: eleven fields, separated by bars. */
void write_card(const char *code, char *out);

#endif
