/* What the updater keeps on the disk: updater.h says which file is what. */
#ifndef YIZHAN_FLEET_UPDATER_FILES_H
#define YIZHAN_FLEET_UPDATER_FILES_H

#include "app/fleet/release.h"
#include "app/fleet/updater.h"

enum { UPDATER_PATH = 320 };

struct updater_files {
    char dir[UPDATER_PATH - 40]; /* STORE/update */
};

MUST_USE struct err updater_files_init(struct updater_files *files, const char *store_dir);

/* Bytes of this release's file that have arrived, and the ETag they came under ("" for none). A part of
 * another file is removed. */
MUST_USE struct err updater_part(const struct updater_files *files, const struct release *release,
                                 int64_t *out_size, char out_etag[HTTP_ETAG_MAX]);
/* What the first byte of a part will belong to; to be said before it is written. */
MUST_USE struct err updater_part_note(const struct updater_files *files, const struct release *release,
                                      const char *etag);
/* For writing; made when it is not there. The caller closes it. */
MUST_USE struct err updater_part_open(const struct updater_files *files, int *out_fd);
/* Whole and with the digest of the release: becomes ready.raucb. ERR_REFUSED: it is not; then it is removed.
 */
MUST_USE struct err updater_part_finish(const struct updater_files *files, const struct release *release);
void updater_part_drop(const struct updater_files *files);

/* Whether ready.raucb is this release's, or it lies in the other slot already and waits for the next start;
 * one that came back from there as not healthy is not fetched again. */
bool updater_is_ready(const struct updater_files *files, const struct release *release);
/* Removes it: it runs here now, or another one is offered. */
void updater_ready_drop(const struct updater_files *files);
/* The fleet has taken it back. What lies in the other slot is still known to lie there. */
void updater_recall(const struct updater_files *files);

/* Of the newest release that was believed; 0 for none. Only ever rises. */
int64_t updater_issued(const struct updater_files *files);
MUST_USE struct err updater_issued_raise(const struct updater_files *files, int64_t issued_ms);

MUST_USE struct err updater_status_write(const struct updater_files *files,
                                         const struct updater_status *status);

#endif
