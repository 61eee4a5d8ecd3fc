/*
 * Arena: things that are made one by one and die together.
 *
 * Not thread-safe: one owner. A private arena lives in pages of wipe.h and is zeroed when destroyed, so
 * whatever a session knew of a person goes in one step.
 */
#ifndef YIZHAN_BASE_ARENA_H
#define YIZHAN_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum arena_kind { ARENA_PLAIN, ARENA_PRIVATE };

/* limit_bytes: most it will ever hold, 0 for no limit. NULL when there is no memory. */
struct arena *arena_create(enum arena_kind kind, size_t limit_bytes);
/* Frees all that came from it (private: wipes first) and sets *arena to NULL. */
void arena_destroy(struct arena **arena);

/* Takes all that came from it back (private: wipes) and keeps one block, so that filling it again costs no
 * system call. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. NULL when the limit or the memory is reached. Size 0 gives a valid pointer.
 */
void *arena_alloc(struct arena *arena, size_t size);
/* count objects of size each, NULL also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* Makes the newest thing in the arena longer where it stands; false when it is not the newest or has no room.
 */
bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t new_size);
char *arena_strdup(struct arena *arena, const char *text);
/* Copies length bytes and ends them with NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t length);

/* Whether what is made along the way of filling it should be kept private too. */
bool arena_is_private(const struct arena *arena);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#endif
