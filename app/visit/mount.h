/*
 * The stick in the socket: a block device, or, in tests and on a technician's desk, a folder.
 *
 * A device is mounted in a private namespace of this process (the unit's), read-only, noexec, nosuid, nodev;
 * it is writable only between mount_write() and mount_settle(). What was written is then read back from the
 * stick itself, because the second mount finds no cache of the first. One thread.
 */
#ifndef YIZHAN_VISIT_MOUNT_H
#define YIZHAN_VISIT_MOUNT_H

#include "board/base/err.h"

struct mount;

/* path: "/dev/sda1" or a folder; at: where a device is mounted, made when it is not there. ERR_DEVICE: there
 * is no stick, or no file system on it that we read (FAT, exFAT). */
MUST_USE struct err mount_open(const char *path, const char *at, struct mount **out_mount);
/* Syncs and unmounts. */
void mount_close(struct mount **mount);

/* The folder. */
const char *mount_dir(const struct mount *mount);
/* Whether it is still plugged in. */
bool mount_is_there(const struct mount *mount);
MUST_USE struct err mount_write(struct mount *mount);
/* Everything on its way is on the stick; mounted anew, read-only. */
MUST_USE struct err mount_settle(struct mount *mount);

#endif
