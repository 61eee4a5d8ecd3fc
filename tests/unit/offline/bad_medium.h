/* A medium that is full or stands still, for the files below one folder; every other file is the system's. */
#ifndef YIZHAN_TESTS_UNIT_OFFLINE_BAD_MEDIUM_H
#define YIZHAN_TESTS_UNIT_OFFLINE_BAD_MEDIUM_H

#include <stdbool.h>

/* From here to bad_medium_end, SQLite's default file system of this process. folder: borrowed. */
void bad_medium_begin(const char *folder);
void bad_medium_end(void);

/* No byte more goes onto it. */
void bad_medium_fill(bool is_full);

/* The next write to it hangs until bad_medium_go_on. Any thread. */
void bad_medium_hang(void);
/* Returns when a write hangs. */
void bad_medium_wait(void);
void bad_medium_go_on(void);

#endif
