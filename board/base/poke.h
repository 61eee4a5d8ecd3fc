/*
 * The poke: an empty AF_UNIX datagram that wakes the other program. It carries nothing and its loss is
 * harmless, because whoever is woken looks at the database anyway.
 */
#ifndef YIZHAN_BASE_POKE_H
#define YIZHAN_BASE_POKE_H

#include "board/base/err.h"

/* Binds DIR/NAME.poke, replacing a stale socket; the descriptor is non-blocking and owned by the caller. */
MUST_USE struct err poke_listen(const char *dir, const char *name, int *out_fd);
/* Empties the socket after poll() said it is readable. */
void poke_drain(int fd);
/* Wakes whoever listens on DIR/NAME.poke; silence when nobody does. */
void poke_send(const char *dir, const char *name);

#endif
