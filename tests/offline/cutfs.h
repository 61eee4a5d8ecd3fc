/*
 * A disk whose power can be cut: a SQLite VFS in memory that knows what was synced and what was only written.
 *
 * Every write, truncation, sync, creation and deletion counts as one step. At a chosen step it fails once, or
 * the power goes and everything fails until it comes back; then each write that was never synced is kept,
 * dropped or torn at a 512-byte sector, in any order, as the seed decides. Nothing that was synced is ever
 * touched. Locks work between the connections of one process. Not thread-safe.
 */
#ifndef YIZHAN_TESTS_OFFLINE_CUTFS_H
#define YIZHAN_TESTS_OFFLINE_CUTFS_H

#include <stdbool.h>
#include <stdint.h>

struct cutfs;

/* Registers it as a VFS under this name (borrowed, static). */
struct cutfs *cutfs_create(const char *name, uint64_t seed);
/* What is durable on the one disk is so on the other, a new one. */
void cutfs_copy(struct cutfs *to, const struct cutfs *from);
void cutfs_destroy(struct cutfs **fs);

/* Steps counted since the last arming. */
int64_t cutfs_steps(const struct cutfs *fs);
/* Starts counting at 0. At step cut_at (1 is the first) the power goes; at step fail_at that one step fails
 * with fail_code (SQLITE_FULL, SQLITE_IOERR_FSYNC...). 0 for never. */
void cutfs_arm(struct cutfs *fs, int64_t cut_at, int64_t fail_at, int fail_code);
bool cutfs_is_off(const struct cutfs *fs);
/* Decides what survived, with all connections closed. */
void cutfs_power_on(struct cutfs *fs);

/* The programs died, the machine did not: nothing that was written is lost. With all connections closed. */
void cutfs_restart(struct cutfs *fs);

/* Most bytes all files may have together, 0 for no limit: a disk that is full. */
void cutfs_set_capacity(struct cutfs *fs, int64_t bytes);

#endif
