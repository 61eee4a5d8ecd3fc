/* Randomness from the kernel. */
#ifndef YIZHAN_BASE_RANDOM_H
#define YIZHAN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills from getrandom(2); aborts the program if the kernel has none, because nothing may be sealed without
 * it. */
void random_bytes(void *out_bytes, size_t size);

/* Lower-case UUIDv4 (RFC 4122), 36 characters and NUL. */
void random_uuid(char out_uuid[37]);

#endif
