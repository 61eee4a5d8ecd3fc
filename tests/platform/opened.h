/* One taken submission as it reads in the clear. */
#ifndef YIZHAN_TESTS_PLATFORM_OPENED_H
#define YIZHAN_TESTS_PLATFORM_OPENED_H

#include "tests/platform/instance.h"
#include "tests/platform/records.h"

#define OPENED_FILES_MAX 64

struct opened_file {
    char name[256];
    struct buf bytes;
};

struct opened {
    bool is_encrypted;
    bool is_complete;         /* every file that the manifest names is here */
    char error[232];          /* why it does not open; "" when it does */
    struct arena *arena;      /* of instance */
    struct instance instance; /* in the clear; of the manifest when it does not open */
    struct opened_file files[OPENED_FILES_MAX];
    size_t file_count;
    char missing[OPENED_FILES_MAX][256];
    size_t missing_count;
};

/* In place; finish wipes nothing: this is a test's platform and its people are made up. */
MUST_USE struct err opened_init(struct opened *opened, struct records *records, const struct record *record,
                                const char *private_key_path);
void opened_finish(struct opened *opened);

#endif
