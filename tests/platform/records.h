/*
 * What the platform has taken: DIR/platform.db. One lock around it all; any thread.
 *
 * Repeats and conflicts are answered as ODK Central was measured to: any other byte under a known instanceID
 * is a conflict, the same bytes are taken again with whatever media they bring, media the submission does not
 * name are dropped without a word.
 */
#ifndef YIZHAN_TESTS_PLATFORM_RECORDS_H
#define YIZHAN_TESTS_PLATFORM_RECORDS_H

#include "board/base/buf.h"
#include "tests/platform/instance.h"

#include <stdint.h>

struct records;

struct record_file {
    const char *name;
    const void *bytes;
    size_t size;
};

struct record_post {
    int project;
    const struct instance *instance;
    const void *xml;
    size_t xml_size;
    const struct record_file *files;
    size_t file_count;
    int64_t now_ms;
};

enum record_outcome {
    RECORD_NEW,
    RECORD_ADDED,    /* the same XML, with media that were missing */
    RECORD_REPEATED, /* nothing in it was new */
    RECORD_CONFLICT, /* the same instanceID, other bytes */
};

MUST_USE struct err records_open(const char *dir, bool is_durable, struct records **out_records);
void records_close(struct records **records);

/* out_dropped counts files that the submission does not name. */
MUST_USE struct err records_post(struct records *records, const struct record_post *post,
                                 enum record_outcome *out_outcome, int *out_dropped);

/* Remembers that this version was published once: submissions to it are taken even after a newer one. */
MUST_USE struct err records_publish(struct records *records, int project, const char *form_id,
                                    const char *version);
bool records_was_published(struct records *records, int project, const char *form_id, const char *version);

struct record {
    int64_t row;
    int project;
    const char *instance_id, *form_id, *version;
    const void *xml;
    size_t xml_size;
    int64_t received_ms;
    int posts, repeats, conflicts;
};
/* In order of arrival; instance_id NULL for all. The record is borrowed during the call. */
MUST_USE struct err records_each(struct records *records, const char *instance_id,
                                 struct err (*visit)(void *context, const struct record *record),
                                 void *context);
MUST_USE struct err records_files(struct records *records, int64_t row,
                                  struct err (*visit)(void *context, const struct record_file *file),
                                  void *context);

/* ---- the cases list, an entity list: one row per application the county has touched ---- */

struct case_row {
    const char *name; /* instanceID */
    const char *kiosk, *status, *message, *updated, *due;
};
MUST_USE struct err records_set_case(struct records *records, const struct case_row *row);
bool records_has_case(struct records *records, const char *name);
/* Appends "name,label,__version,kiosk,status,message,updated,due" and the rows. */
MUST_USE struct err records_write_cases(struct records *records, struct buf *out_csv);

#endif
