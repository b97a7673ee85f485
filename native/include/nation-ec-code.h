/* The ABI of the national voucher library (医保电子凭证动态库, NationECCode) as its callers see it. No behaviour here.
 *
 * Two profiles are in use; the configuration says which one a library follows:
 *   pointer  const char *NationEcTrans(url, in, out)   returns a status text, "0000" when the call went through
 *   int      int         NationEcTrans(url, in, out)   returns a number, 0 when the call went through
 * Declaring the pointer profile as int would cut a 64-bit pointer in half.
 *
 * url  address of the local voucher front end (地方电子凭证前置), text ending in NUL
 * in   the request, JSON text ending in NUL, in the library's charset (GBK on Chinese Windows)
 * out  the caller's buffer for the reply, JSON text ending in NUL; no length is passed, so give 64 KiB at least
 *
 * The call blocks, often until the patient has scanned. One call at a time: libraries keep state in globals.
 */
#ifndef NATION_EC_CODE_H
#define NATION_EC_CODE_H

#ifdef _WIN32
#define NATION_EC_CALL __stdcall
#define NATION_EC_EXPORT __declspec(dllexport)
#else
#define NATION_EC_CALL
#define NATION_EC_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The returned text belongs to the library and is valid until the next call. */
NATION_EC_EXPORT const char *NATION_EC_CALL NationEcTrans(const char *url, const char *in, char *out);

/* The int profile, under a name of its own, so that the simulated library can offer both. */
NATION_EC_EXPORT int NATION_EC_CALL NationEcTransInt(const char *url, const char *in, char *out);

#ifdef __cplusplus
}
#endif

#endif
