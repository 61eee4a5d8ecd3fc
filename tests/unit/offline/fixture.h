/* What the tests of offline/ share: a folder of their own, a clock that stands still, an application to save.
 */
#ifndef YIZHAN_TESTS_UNIT_OFFLINE_FIXTURE_H
#define YIZHAN_TESTS_UNIT_OFFLINE_FIXTURE_H

#include "board/base/clock.h"
#include "offline/outbox.h"

/* "./dev test long" runs: many faults, for hours. */
bool fixture_is_long(void);

/* Where folders are made: in memory where there is plenty, for these tests wait for no disk; power cuts have
 * a disk of their own. */
const char *fixture_place(void);

struct fixture {
    char dir[64];
    struct clock_fake clock;
    struct outbox *outbox;
};

#define FIXTURE_NOW_MS ((int64_t)1787500800000) /* 2026-08-23T16:00:00Z */

/* cmocka's setup and teardown of a test: *state is a struct fixture with a fresh folder and an open outbox.
 */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Opens an outbox on a folder; fails the test when it cannot. */
struct outbox *fixture_open(const char *dir, const struct clock *clock, const char *vfs);
void fixture_remove_dir(const char *dir);

/* Saves an application with a manifest that names its number, the sealed XML and one medium of media_size
 * bytes, byte n being (n * 7) & 0xff. out_number is what it was given. */
struct err fixture_save(struct outbox *outbox, size_t media_size, char out_number[CASE_NUMBER_SIZE]);
/* The same under a number that was taken before. */
struct err fixture_save_as(struct outbox *outbox, const char *number, size_t media_size);

/* As a flash does that forgets: the application's files keep their names and sizes and lose their bytes. */
void fixture_forget_bytes(const char *dir, const char *number);

#endif
